#!/bin/sh
# Generates a module for every model of the given protocols in a folder in the layout of botocore's data.
#
# Usage: codegen/tests/generate_all.sh MODELS OUT PROTOCOL...
# OUT/<service>.rs is the module of a service; OUT/services.rs declares them all, with a list `SERVICES` of them. What is in OUT
# besides stays as it is.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
models=$1
out=$2
shift 2
protocols=$(printf '%s|' "$@" | sed 's/|$//')
work=$out/models
mkdir -p "$work"

cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --package shapewire-codegen
codegen=${CARGO_TARGET_DIR:-$root/target}/debug/shapewire-codegen

names=
echo '//! Every service of the protocols in question.' > "$out/services.rs"
for folder in "$models"/*/*; do
    service=$(basename "$(dirname "$folder")")
    rm -rf "${work:?}/$service"
    mkdir "$work/$service"
    cp "$folder"/*.json* "$work/$service"
    chmod u+w "$work/$service"/*
    gunzip -f "$work/$service"/*.gz
    if ! grep -Eq "\"protocol\": *\"($protocols)\"" "$work/$service/service-2.json"; then
        continue
    fi
    "$codegen" generate "$work/$service/service-2.json" --module-name "$service" --out "$out"
    cat >> "$out/services.rs" <<END
/// The service $service.
pub mod $service {
    include!("$service.rs");
}
END
    names="$names &$service::SERVICE,"
done
cat >> "$out/services.rs" <<END
/// All of them, sorted by name.
pub static SERVICES: &[&shapewire::schema::Service] = &[$names];
END
rm -r "$work"
