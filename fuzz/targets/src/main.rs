//! Writes the inputs that fuzzing begins with into a folder, a folder for each target: what libFuzzer calls a corpus.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("expected a folder to write to")?);
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map(PathBuf::from);
    for (number, input) in shapewire_fuzz_targets::seeds(shared.as_deref()).into_iter().enumerate() {
        let folder = folder.join(input.target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{number}")), input.bytes)?;
    }
    Ok(())
}
