//! A value made once for the whole process, without a lock.

use std::sync::atomic::{AtomicPtr, Ordering};

/// A static that is made when first used, by whoever comes first.
///
/// A lock would do but for forks: a child that is forked while another thread holds it would wait
/// for that thread for ever. Here two threads may both make the value, and one of them throws its
/// own away.
pub struct Published<T>(AtomicPtr<T>);

impl<T: Sync + 'static> Published<T> {
    pub const fn new() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }

    /// The value, made now if there is none, or if there is one that `serves` does not accept.
    /// What it replaces is never freed, since others may hold it.
    #[inline]
    pub fn get(&self, serves: impl Fn(&T) -> bool, make: impl Fn() -> T) -> &'static T {
        loop {
            let known = self.0.load(Ordering::Acquire);
            // SAFETY: the pointer is null or was leaked below, so that it is valid for ever, and
            // only shared references to it exist.
            if let Some(known) = unsafe { known.as_ref() }
                && serves(known)
            {
                return known;
            }
            let fresh = Box::into_raw(Box::new(make()));
            if self.0.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire).is_err() {
                // SAFETY: it came from a box just now, and was not published.
                drop(unsafe { Box::from_raw(fresh) });
            }
        }
    }
}

impl<T: Sync + 'static> Default for Published<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_get_the_same() {
        static VALUE: Published<Vec<u8>> = Published::new();
        let addresses: Vec<usize> = std::thread::scope(|scope| {
            let get = || std::ptr::from_ref(VALUE.get(|_| true, || vec![7; 1000])) as usize;
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(get)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(addresses.iter().all(|&address| address == addresses[0]));
        assert_eq!(VALUE.get(|_| true, Vec::new).len(), 1000);
    }

    #[test]
    fn what_does_not_serve_is_replaced() {
        static VALUE: Published<u32> = Published::new();
        let old = VALUE.get(|_| true, || 1);
        assert_eq!(*VALUE.get(|&value| value == 2, || 2), 2);
        assert_eq!(*old, 1);
    }
}
