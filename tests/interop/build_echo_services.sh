#!/bin/sh
# Builds the program `echo-services`: the echo server with every `query` service of a folder in the layout of botocore's data.
#
# Usage: tests/interop/build_echo_services.sh
# The folder is $SHAPEWIRE_SHARED/models/api-json; SHAPEWIRE_SHARED is ../shared beside the workspace without the variable.
# Where the folder is absent, the script says so and does nothing. EC2, of the protocol `ec2`, is left out for the time that
# compiling it takes.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
models=${SHAPEWIRE_SHARED:-$root/../shared}/models/api-json
if [ ! -d "$models" ]; then
    echo "skipped: there is no folder $models"
    exit 0
fi
target=${CARGO_TARGET_DIR:-$root/target}
crate=$target/echo-services
mkdir -p "$crate/src"

"$root/codegen/tests/generate_all.sh" "$models" "$crate/src" query
cat > "$crate/Cargo.toml" <<END
[package]
name = "echo-services"
version = "0.0.0"
edition = "2024"

[dependencies]
shapewire = { path = "$root", default-features = false, features = ["server"] }
shapewire-echo = { path = "$root/tests/interop/echo", default-features = false }

[workspace]
END
cat > "$crate/src/main.rs" <<'END'
//! The echo server with every `query` service.

#[allow(dead_code, reason = "services are called by name")]
mod services;

fn main() -> std::io::Result<()> {
    shapewire_echo::run(services::SERVICES)
}
END

cp "$root/Cargo.lock" "$crate/Cargo.lock"
CARGO_TARGET_DIR=$target cargo build --manifest-path "$crate/Cargo.toml"
