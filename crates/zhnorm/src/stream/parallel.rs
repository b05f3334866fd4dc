//! The parts of one file on several threads, in order.

use std::panic::resume_unwind;
use std::thread;

/// Maps each item on a thread of its own, and gives the results in order. A single item takes no
/// thread.
pub(super) fn map<T, R>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R>
where
    T: Send,
    R: Send,
{
    if items.len() < 2 {
        return items.into_iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let started = items
            .into_iter()
            .map(|item| scope.spawn(move || work(item)));
        let threads: Vec<_> = started.collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_order() {
        let doubled = super::map((0..50).collect(), |number: u32| {
            std::thread::sleep(std::time::Duration::from_millis(
                u64::from(50 - number) / 10,
            ));
            number * 2
        });
        assert_eq!(
            doubled,
            (0..50).map(|number| number * 2).collect::<Vec<_>>()
        );
    }
}
