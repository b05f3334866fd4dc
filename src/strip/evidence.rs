//! Lines that recur over the documents of one folder or host.

/// Evidence.
#[derive(Debug, Default)]
pub struct Evidence {}
/// Builder.
#[derive(Debug, Default)]
pub struct EvidenceBuilder {}
impl Evidence {
    pub(super) fn of(&self, _line: &str) -> Option<(u32, u32)> {
        None
    }
}
