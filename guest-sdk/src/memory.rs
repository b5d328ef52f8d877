//! The memory of a guest.
//!
//! The standard library's allocator is made for programs that run for days; it takes 8 KiB of every plugin. A call of a
//! plugin begins with a fresh memory and lasts for milliseconds, so that this one does: blocks of sizes that are powers of
//! two, and a list of the free ones of each size. It is less than 1 KiB of code, and never gives anything back.

// What an allocator is made of are raw pointers.
#![allow(unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    marker::PhantomData,
    ptr,
};

/// Bytes of a page of WebAssembly.
const PAGE: usize = 1 << 16;
/// The smallest block, and the alignment of all: 16 bytes.
const LEAST: u32 = 4;
/// Block sizes: up to half of what 32 bits can address.
const SIZES: usize = 32;

/// Where more memory comes from.
pub(crate) trait Pages {
    /// The address of so many new pages; `None` if there are no more.
    fn more(pages: usize) -> Option<usize>;
}

/// An allocator for one thread.
pub(crate) struct Blocks<P>(UnsafeCell<State>, PhantomData<P>);

struct State {
    /// For each size, given as a power of two, the first free block; each holds the address of the next.
    free: [usize; SIZES],
    /// Memory that no block was made of yet.
    rest: (usize, usize),
}

// SAFETY: a guest has one thread; a test has one for each allocator.
unsafe impl<P> Sync for Blocks<P> {}

impl<P: Pages> Blocks<P> {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(State { free: [0; SIZES], rest: (0, 0) }), PhantomData)
    }

    /// A block of 2^`size` bytes that was never used; 0 if there is no memory for it.
    fn fresh(rest: &mut (usize, usize), size: usize) -> usize {
        let bytes = 1 << size;
        if rest.1 - rest.0 < bytes {
            let pages = bytes.div_ceil(PAGE);
            let Some(start) = P::more(pages) else { return 0 };
            // Pages follow each other unless somebody else took some.
            *rest = (if rest.1 == start { rest.0 } else { start }, start + pages * PAGE);
        }
        let block = rest.0;
        rest.0 += bytes;
        block
    }
}

/// The block that a layout needs: the power of two of its size.
fn size(layout: Layout) -> usize {
    (usize::BITS - layout.size().saturating_sub(1).leading_zeros()).max(LEAST) as usize
}

// SAFETY: a block belongs to whom it was given until it comes back: it is taken off its list, or was on none. It is as
// large as its power of two, and all sizes are multiples of the greatest alignment that is served.
unsafe impl<P: Pages> GlobalAlloc for Blocks<P> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = size(layout);
        if layout.align() > 1 << LEAST || size >= SIZES {
            return ptr::null_mut();
        }
        // SAFETY: nobody else is in here, and a free block holds the address of the next.
        unsafe {
            let state = &mut *self.0.get();
            let block = state.free[size];
            if block == 0 {
                return Self::fresh(&mut state.rest, size) as *mut u8;
            }
            state.free[size] = *(block as *const usize);
            block as *mut u8
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let size = size(layout);
        // SAFETY: as above; the block is nobody's any more, and has room for an address.
        unsafe {
            let state = &mut *self.0.get();
            *block.cast::<usize>() = state.free[size];
            state.free[size] = block as usize;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the caller's layout is sound, and both blocks are as long as what is copied.
        unsafe {
            let wanted = Layout::from_size_align_unchecked(bytes, layout.align());
            if size(wanted) == size(layout) {
                return block;
            }
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(bytes));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// The memory of the component.
#[cfg(target_arch = "wasm32")]
struct Linear;

#[cfg(target_arch = "wasm32")]
impl Pages for Linear {
    fn more(pages: usize) -> Option<usize> {
        let before = std::arch::wasm32::memory_grow::<0>(pages);
        (before != usize::MAX).then(|| before * PAGE)
    }
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: Blocks<Linear> = Blocks::new();

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::HashMap};

    use super::*;

    /// Pages of the test's own memory, a hundred of them.
    struct Hundred;

    thread_local! {
        static TAKEN: Cell<usize> = const { Cell::new(0) };
        static START: usize = {
            let pages = vec![0_u8; 101 * PAGE].leak();
            (pages.as_ptr() as usize).next_multiple_of(PAGE)
        };
    }

    impl Pages for Hundred {
        fn more(pages: usize) -> Option<usize> {
            let taken = TAKEN.get();
            TAKEN.set(taken + pages);
            (taken + pages <= 100).then(|| START.with(|start| start + taken * PAGE))
        }
    }

    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes, 8).expect("a layout")
    }

    /// Fills blocks of many sizes, lets them go and grow in an order that nobody planned, and looks at every byte.
    #[test]
    fn no_two_blocks_share_a_byte() {
        let blocks = Blocks::<Hundred>::new();
        let mut held: HashMap<usize, (Layout, u8)> = HashMap::new();
        let mut random = 1_u32;
        for _ in 0..20_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (bytes, mark) = ((random >> 8) as usize % 3_000 + 1, (random >> 24) as u8);
            let one = held.keys().copied().nth((random >> 20) as usize % 100);
            // SAFETY: what is freed, grown and read is what was allocated with the same layout.
            unsafe {
                let block = match (one, random >> 30) {
                    (Some(one), 0 | 1) => {
                        let (layout, mark) = held.remove(&one).expect("held");
                        assert!(
                            std::slice::from_raw_parts(one as *const u8, layout.size())
                                .iter()
                                .all(|byte| *byte == mark)
                        );
                        blocks.dealloc(one as *mut u8, layout);
                        continue;
                    }
                    (Some(one), 2) => {
                        let (old, mark) = held.remove(&one).expect("held");
                        let block = blocks.realloc(one as *mut u8, old, bytes);
                        let kept = std::slice::from_raw_parts(block, old.size().min(bytes));
                        assert!(kept.iter().all(|byte| *byte == mark));
                        block
                    }
                    _ => blocks.alloc(layout(bytes)),
                };
                assert!(!block.is_null() && block as usize % 16 == 0);
                block.write_bytes(mark, bytes);
                assert!(held.insert(block as usize, (layout(bytes), mark)).is_none());
            }
        }
        assert!(TAKEN.get() < 20, "{} pages: what is free is used again", TAKEN.get());
    }

    #[test]
    fn what_there_is_no_memory_for_is_refused() {
        let blocks = Blocks::<Hundred>::new();
        // SAFETY: nothing is done with what was refused.
        unsafe {
            assert!(blocks.alloc(layout(200 * PAGE)).is_null());
            assert!(blocks.alloc(layout(1 << 40)).is_null());
            assert!(blocks.alloc(Layout::from_size_align(8, 4096).expect("a layout")).is_null());
        }
    }
}
