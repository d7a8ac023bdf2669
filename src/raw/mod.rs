//! What needs raw N-API, with its `unsafe` kept here (see also environment.rs and bytes.rs): safe wrappers that uphold
//! N-API's rules, and the functions of the hot paths.

pub(crate) mod callback;
pub(crate) mod wake;
