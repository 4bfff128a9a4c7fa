//! The echo server with the services that the library was built with.

fn main() -> std::io::Result<()> {
    shapewire_echo::run(shapewire::SERVICES)
}
