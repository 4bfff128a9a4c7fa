#!/bin/sh
# rustdoc with what only nightly toolchains let it do: its JSON. Only rustdoc, so that what Cargo has built stays as it is.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
