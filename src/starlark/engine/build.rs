//! Tells the linker what the host (`../instance.ts`) relies on.

fn main() {
    // The host makes the memory, and so sets its upper limit without touching the module.
    println!("cargo::rustc-link-arg-cdylib=--import-memory");
    // Its initial size; the host must give at least this.
    println!("cargo::rustc-link-arg-cdylib=--initial-memory=8388608");
    // Room for the language's recursion, below the data: an overflow leaves the memory and traps.
    println!("cargo::rustc-link-arg-cdylib=-zstack-size=4194304");
    println!("cargo::rerun-if-changed=build.rs");
}
