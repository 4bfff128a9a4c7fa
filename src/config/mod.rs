//! The settings that AWS's programs share: environment variables, the config file and the credentials file.
//!
//! Everything means what it means to the AWS CLI, version 2. An empty variable or value counts as none. Values that the
//! CLI would quietly take for something else (`use_fips_endpoint = yes`) are errors.
//!
//! ```
//! use shapewire::config::{Config, Environment};
//!
//! let environment = Environment::empty()
//!     .with_variables([("AWS_PROFILE", "dev"), ("AWS_CONFIG_FILE", "/etc/aws")])
//!     .with_reader(|_| Ok(b"[profile dev]\nregion = eu-west-1\n".to_vec()));
//! let config = Config::load(environment)?;
//! let region = config.region().expect("it has one");
//! assert_eq!(region.value, "eu-west-1");
//! assert_eq!(region.origin.to_string(), "region of the profile dev");
//! # Ok::<(), shapewire::config::ConfigError>(())
//! ```
//!
//! For real use: `Config::load(Environment::process())`.

mod environment;
mod error;
mod parse;
mod s3;
mod section;
mod settings;
mod shared;
mod words;

pub use environment::{Environment, MAX_FILE_BYTES};
pub use error::ConfigError;
pub use section::Section;
pub use settings::{Config, Explicit, Origin, RetryMode, Setting};
pub use shared::SharedConfig;

pub(crate) use environment::system_time;
pub(crate) use settings::parse_url;
pub(crate) use words::{split_posix, split_windows};
