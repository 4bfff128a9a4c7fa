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
crate=$target/compile-all
rm -rf "$crate"
mkdir -p "$crate/src" "$crate/smithy"

"$root/codegen/tests/generate_all.sh" "$models" "$crate/src" query ec2 rest-xml
codegen=$target/debug/shapewire-codegen
cat > "$crate/Cargo.toml" <<END
[package]
name = "compile-all"
version = "0.0.0"
edition = "2024"

[dependencies]
shapewire = { path = "$root", default-features = false, features = ["rest-xml"] }

[workspace]
END
cat > "$crate/src/lib.rs" <<'END'
//! Every service.
#![deny(warnings, missing_docs)]

pub mod services;
END

for model in "$models"/../smithy/*.json.gz; do
    [ -f "$model" ] || continue
    file=$crate/smithy/$(basename "$model" .gz)
    gunzip -c "$model" > "$file"
    if ! grep -q '"aws.protocols#awsQuery": *{' "$file"; then
        continue
    fi
    service=smithy_$(basename "$file" | sed 's/-[0-9]*-[0-9]*-[0-9]*\.json$//; s/-/_/g')
    "$codegen" generate "$file" --module-name "$service" --out "$crate/src"
    cat >> "$crate/src/lib.rs" <<END
/// The service $service.
pub mod $service {
    include!("$service.rs");
}
END
done

cp "$root/Cargo.lock" "$crate/Cargo.lock"
CARGO_TARGET_DIR=$target cargo check --manifest-path "$crate/Cargo.toml"
echo "$(cat "$crate"/src/lib.rs "$crate"/src/services.rs | grep -c 'include!') services compile"
