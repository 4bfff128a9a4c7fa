//! Every fuzz target on every input that there is, and on mutations of these: what a fuzzer does, without one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use fastrand::Rng;
use shapewire_fuzz_targets::{Input, TARGETS, seeds};

/// How many mutations there are of each input; of each model a few, for they take longest.
const MUTATIONS: usize = 40;
const MUTATED_MODELS: usize = 4;

fn inputs(target: &str) -> Vec<Input> {
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map(PathBuf::from);
    if let Some(shared) = &shared {
        assert!(shared.is_dir(), "SHAPEWIRE_SHARED names {}, which is no folder", shared.display());
    } else {
        println!("without captures: SHAPEWIRE_SHARED is not set");
    }
    let inputs: Vec<Input> = seeds(shared.as_deref()).into_iter().filter(|input| input.target == target).collect();
    assert!(!inputs.is_empty(), "{target} has no inputs");
    inputs
}

/// Runs the target on all inputs and their mutations. `SHAPEWIRE_SEED` repeats a run.
fn run(target: &str) {
    let (_, body) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let inputs = inputs(target);
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let mutations = if target == "models" { MUTATED_MODELS } else { MUTATIONS };
    let check = |name: &str, bytes: &[u8]| {
        let outcome = catch_unwind(AssertUnwindSafe(|| body(bytes)));
        assert!(outcome.is_ok(), "{target} fails on {name}: {}", bytes.escape_ascii());
    };
    for Input { name, bytes, .. } in &inputs {
        check(name, bytes);
        for _ in 0..mutations {
            let mut mutant = bytes.clone();
            for _ in 0..random.usize(1..4) {
                mutate(&mut mutant, &inputs, &mut random);
            }
            check(name, &mutant);
        }
    }
    // And nothing, and each byte, and noise.
    check("nothing", &[]);
    for byte in 0..=u8::MAX {
        check("a byte", &[byte]);
    }
    for _ in 0..200 {
        let noise: Vec<u8> = (0..random.usize(..200)).map(|_| random.u8(..)).collect();
        check("noise", &noise);
    }
}

fn mutate(bytes: &mut Vec<u8>, inputs: &[Input], random: &mut Rng) {
    const PIECES: [&[u8]; 14] = [
        b"<",
        b">",
        b"&",
        b"=",
        b"%",
        b"\0",
        b"]]>",
        b"<![CDATA[",
        b"&#x10FFFF;",
        b".1",
        b"\xff",
        b"\"",
        b"{",
        b"99999999999999999999",
    ];
    let place = random.usize(..=bytes.len());
    match random.u8(..6) {
        0 => bytes.truncate(place),
        1 if place < bytes.len() => bytes[place] = random.u8(..),
        2 if place < bytes.len() => bytes[place] ^= 1 << random.u8(..8),
        3 => drop(bytes.splice(place..place, PIECES[random.usize(..PIECES.len())].iter().copied())),
        4 => {
            let end = random.usize(place..=bytes.len().min(place + 40));
            let piece = bytes[place..end].to_vec();
            drop(bytes.splice(place..place, piece));
        }
        _ => {
            let other = &inputs[random.usize(..inputs.len())].bytes;
            let start = random.usize(..=other.len());
            let end = random.usize(start..=other.len().min(start + 80));
            drop(bytes.splice(place..place, other[start..end].iter().copied()));
        }
    }
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_run() {
            assert_eq!(TARGETS.map(|(name, _)| name), [$(stringify!($name)),*]);
        }
    };
}

targets!(event_streams, form_requests, json_values, models, rest_requests, round_trips, settings, xml_replies);
