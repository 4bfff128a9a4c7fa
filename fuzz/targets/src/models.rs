//! Models: files that may be none, and edits of good ones.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use shapewire_codegen::{Builder, load};

use crate::choices::Choices;
use crate::edits::edit_json;

/// Good models of both formats, small enough to be generated often.
const MODELS: [&str; 4] = [
    include_str!("../../../codegen/tests/golden/bookshop.json"),
    include_str!("../../../codegen/tests/golden/ferry.json"),
    include_str!("../../../codegen/tests/golden/harbour.json"),
    include_str!("../../../codegen/tests/golden/depot.json"),
];

/// With the first byte 0, the rest is a file. Else it chooses a model, and the rest edits it: two bytes for a place, one for what
/// is put there, and for a text its length and its bytes.
pub fn models(data: &[u8]) {
    let mut choices = Choices::new(data);
    match choices.byte() {
        0 => generate(choices.rest()),
        chosen => {
            let text = MODELS[usize::from(chosen) % MODELS.len()];
            let mut model: Value = serde_json::from_str(text).expect("a golden model is JSON");
            for _ in 0..8 {
                if choices.is_over() {
                    break;
                }
                edit_json(&mut model, &mut choices);
            }
            generate(model.to_string().as_bytes());
        }
    }
}

thread_local! {
    /// A file of this thread's own: models are read from files.
    static FILE: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
}

/// A model that is broken has problems, and none of them is a panic; of any other there is code.
fn generate(text: &[u8]) {
    let path = FILE.with_borrow_mut(|file| file.get_or_insert_with(new_path).clone());
    fs::write(&path, text).expect("a file can be written where temporary files are");
    let loaded = load(&path);
    match Builder::new().model(&path).generate_to_string() {
        Ok(generated) => {
            assert!(loaded.is_ok(), "a model is loaded before it is generated");
            if let Err(error) = syn::parse_file(&generated.text) {
                panic!("what is generated is no Rust: {error}");
            }
        }
        Err(problems) => {
            assert!(!problems.list().is_empty());
            assert!(problems.to_string().contains(&path.display().to_string()), "a problem names the file");
        }
    }
}

fn new_path() -> PathBuf {
    let thread = format!("{:?}", std::thread::current().id());
    let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
    std::env::temp_dir().join(format!("shapewire-fuzz-{}-{thread}.json", std::process::id()))
}
