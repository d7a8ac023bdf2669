//! Completions on their way to the owner: whole reports, in the order in which workers handed them in.

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::lock::lock;

#[derive(Default)]
pub(super) struct Outbox {
    reports: Mutex<VecDeque<Vec<u8>>>,
}

/// What a pull gave.
pub(super) enum Pulled {
    /// This many bytes of whole reports; 0 when there is no news.
    Bytes(usize),
    /// The oldest report needs a buffer of this size.
    Need(usize),
}

impl Outbox {
    pub(super) fn push(&self, report: Vec<u8>) {
        lock(&self.reports).push_back(report);
    }

    /// Fills `out` with the oldest whole reports that fit.
    pub(super) fn pull(&self, out: &mut [u8]) -> Pulled {
        let mut reports = lock(&self.reports);
        let mut used = 0;
        while let Some(report) = reports.front() {
            let Some(place) = out.get_mut(used..used + report.len()) else {
                if used == 0 {
                    return Pulled::Need(report.len());
                }
                break;
            };
            place.copy_from_slice(report);
            used += report.len();
            reports.pop_front();
        }
        Pulled::Bytes(used)
    }

    pub(super) fn clear(&self) {
        lock(&self.reports).clear();
    }
}
