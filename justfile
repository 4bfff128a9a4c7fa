# The contributor's door: `just` lists what there is.

default:
    @just --list

# All that must hold, or some steps of it: `just ci lints tests`, `just ci --list`.
ci *steps:
    .ci/run {{steps}}

# The tests.
test:
    .ci/run tests

# Formatting and lints.
lint:
    .ci/run format lints

# Writes the listings of public items anew.
public-api:
    SHAPEWIRE_BLESS=1 .ci/run public-api

# Writes the generator's golden files anew; read the difference before you commit it.
golden:
    SHAPEWIRE_BLESS=1 cargo test -p shapewire-codegen

# Shows what the generator makes of one operation: `just expand iam CreateUser`.
expand service operation:
    cargo run -q -p shapewire-codegen -- generate model/{{service}}-*.json --overlay model/overlays/{{service}}.json --operation {{operation}} --module-name {{service}} --out target/expand
    cat target/expand/{{service}}.rs

# What calls and replies cost, beside what others take; then tables and chart.
bench:
    benches/calls.py
    benches/figures.py

# What building costs: ours anew, the peers unless they are recorded. Half an hour for those.
build-cost *programs:
    benches/build_cost.py {{programs}}
    benches/figures.py

# Instructions of the main paths; `just instructions --bless` records them.
instructions *arguments:
    benches/instructions.py {{arguments}}

# Protocol suites: `just conformance tests/suites/query.json`.
conformance +files:
    cargo run -q -p shapewire-codegen -- conformance {{files}}

# boto3 and the AWS CLI against `shapewire serve`, the command and the library against moto and LocalStack.
interop:
    .ci/run interop

# Every operation of IAM and of the other query services through boto3: `just echo -k "iam and User"`.
echo *arguments: echo-servers
    [ -x target/venv/bin/python ] || python3 -m venv target/venv
    target/venv/bin/pip install -q -r tests/interop/requirements.txt
    target/venv/bin/python -m pytest -q -p no:cacheprovider tests/interop/test_echo.py {{arguments}}

# The servers of these tests.
[private]
echo-servers:
    cargo build -p shapewire-echo
    tests/interop/build_echo_services.sh
