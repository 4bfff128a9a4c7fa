#!/bin/sh
# Generates every model of a folder in the layout of botocore's data, and every `awsQuery` model in Smithy's JSON AST that
# lies in `smithy` beside the folder, and checks that one crate with all of them compiles without warnings.
#
# Usage: codegen/tests/compile_all.sh [FOLDER]
# FOLDER is $SHAPEWIRE_SHARED/models/api-json without the argument; SHAPEWIRE_SHARED is ../shared beside the workspace
# without the variable. Where the folder is absent, the script says so and does nothing.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
models=${1:-${SHAPEWIRE_SHARED:-$root/../shared}/models/api-json}
if [ ! -d "$models" ]; then
    echo "skipped: there is no folder $models"
    exit 0
fi
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/compile-all
rm -rf "$work"
mkdir -p "$work/crate/src" "$work/models"

cargo build --quiet --manifest-path "$root/Cargo.toml" --package shapewire-codegen
codegen=$target/debug/shapewire-codegen

cat > "$work/crate/Cargo.toml" <<END
[package]
name = "compile-all"
version = "0.0.0"
edition = "2024"

[dependencies]
shapewire = { path = "$root", default-features = false }

[workspace]
END
{
    echo '//! Every service.'
    echo '#![deny(warnings, missing_docs)]'
} > "$work/crate/src/lib.rs"

count=0
for folder in "$models"/*/*; do
    service=$(basename "$(dirname "$folder")")
    mkdir -p "$work/models/$service"
    cp "$folder"/*.json* "$work/models/$service"
    chmod u+w "$work/models/$service"/*
    gunzip -f "$work/models/$service"/*.gz
    "$codegen" generate "$work/models/$service/service-2.json" --module-name "$service" --out "$work/crate/src"
    cat >> "$work/crate/src/lib.rs" <<END
/// The service $service.
pub mod $service {
    include!("$service.rs");
}
END
    count=$((count + 1))
done

for model in "$models"/../smithy/*.json.gz; do
    [ -f "$model" ] || continue
    file=$work/models/$(basename "$model" .gz)
    gunzip -c "$model" > "$file"
    if ! grep -q '"aws.protocols#awsQuery": *{' "$file"; then
        continue
    fi
    service=smithy_$(basename "$file" | sed 's/-[0-9]*-[0-9]*-[0-9]*\.json$//; s/-/_/g')
    "$codegen" generate "$file" --module-name "$service" --out "$work/crate/src"
    cat >> "$work/crate/src/lib.rs" <<END
/// The service $service.
pub mod $service {
    include!("$service.rs");
}
END
    count=$((count + 1))
done

cp "$root/Cargo.lock" "$work/crate/Cargo.lock"
CARGO_TARGET_DIR=$target cargo check --manifest-path "$work/crate/Cargo.toml"
echo "$count services compile"
