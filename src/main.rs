//! clawscope
fn main() {}
