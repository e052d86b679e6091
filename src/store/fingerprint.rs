//! Names for private copies: digests of what the copies were made of.
//!
//! A hostile state chooses its paths, sizes and times, so a short or predictable hash would let one
//! source be shown under another's name. 128 bits of SHA-256 do not collide on purpose.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

use crate::model::digest::hex;

/// 32 hexadecimal digits that stand for a state of a source.
pub(super) fn fingerprint(state: &impl Hash) -> String {
    let mut fed = Fed(Sha256::new());
    state.hash(&mut fed);
    let digest = fed.0.finalize();
    hex(digest.get(..16).unwrap_or_default())
}

/// Everything that a value hashes, fed to SHA-256.
struct Fed(Sha256);

impl Hasher for Fed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.clone().finalize().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn other_states_have_other_names_and_all_bits_count() {
        let of = |name: &str, size: u64| fingerprint(&(OsStr::new(name), size));
        assert_eq!(of("a/bc", 7), of("a/bc", 7));
        let names = [of("a/bc", 7), of("ab/c", 7), of("a/bc", 8), of("a/bc\u{7}", 0)];
        for (at, name) in names.iter().enumerate() {
            assert_eq!(name.len(), 32);
            assert!(!names.get(at + 1..).unwrap().contains(name));
        }
    }
}
