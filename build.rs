fn main() {
    napi_build::setup();
    // Threads of ours outlive a dlclose (Node unloads an addon when its last worker ends): the code must stay.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    // After napi-build's 61 MiB of stack, which each instance would begin with: the last one counts.
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-cdylib-link-arg=-zstack-size=1048576");
    }
}
