//! Numbered places for pieces of bytes, side by side with those of the same length: nothing is kept beside the bytes, and a
//! place that is given back is not touched before it is used again.

/// Places of a chunk.
const SLOTS_BITS: u32 = 8;
const SLOTS: usize = 1 << SLOTS_BITS;
/// Lengths are rounded up to a multiple of this. What is read back has up to one byte less than this after its end.
const STEP: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Slab {
    chunks: Vec<Chunk>,
    /// Free places, by length in steps.
    free: Vec<Vec<u32>>,
    used: usize,
}

/// Places of one length.
#[derive(Debug)]
struct Chunk {
    length: usize,
    bytes: Box<[u8]>,
}

impl Slab {
    /// Puts the parts, one after the other, into a free place. The caller sees to it that [`numbers`](Self::numbers) stays
    /// below 2³¹.
    pub fn put<'a>(&mut self, parts: impl Iterator<Item = &'a [u8]> + Clone) -> u32 {
        let needed: usize = parts.clone().map(<[u8]>::len).sum();
        let steps = needed.div_ceil(STEP);
        let at = self.take(steps);
        self.used += 1;
        let mut rest = self.place(at);
        for part in parts {
            let (here, after) = rest.split_at_mut(part.len());
            here.copy_from_slice(part);
            rest = after;
        }
        rest.fill(0);
        at
    }

    /// A free place of so many steps.
    fn take(&mut self, steps: usize) -> u32 {
        if self.free.len() <= steps {
            self.free.resize_with(steps + 1, Vec::new);
        }
        let free = self
            .free
            .get_mut(steps)
            .expect("the list was just made long enough");
        if let Some(at) = free.pop() {
            return at;
        }
        let length = steps * STEP;
        let first = (self.chunks.len() << SLOTS_BITS) as u32;
        self.chunks.push(Chunk {
            length,
            bytes: vec![0; length << SLOTS_BITS].into_boxed_slice(),
        });
        free.extend((1..SLOTS as u32).rev().map(|slot| first + slot));
        first
    }

    /// What was put into a place, and fewer than [`STEP`] zero bytes.
    pub fn get(&self, at: u32) -> &[u8] {
        self.chunks
            .get((at >> SLOTS_BITS) as usize)
            .and_then(|chunk| {
                let from = (at as usize % SLOTS) * chunk.length;
                chunk.bytes.get(from..from + chunk.length)
            })
            .expect("only numbers that this slab gave out are asked of it")
    }

    fn place(&mut self, at: u32) -> &mut [u8] {
        self.chunks
            .get_mut((at >> SLOTS_BITS) as usize)
            .and_then(|chunk| {
                let from = (at as usize % SLOTS) * chunk.length;
                chunk.bytes.get_mut(from..from + chunk.length)
            })
            .expect("only numbers that this slab gave out are asked of it")
    }

    /// Gives a place back.
    pub fn free(&mut self, at: u32) {
        self.used -= 1;
        let chunk = self.chunks.get((at >> SLOTS_BITS) as usize);
        let steps = chunk.map_or(0, |chunk| chunk.length / STEP);
        if let Some(free) = self.free.get_mut(steps) {
            free.push(at);
        }
    }

    /// One more than the highest number given out so far; a new place adds at most a chunk's to it.
    pub fn numbers(&self) -> usize {
        self.chunks.len() << SLOTS_BITS
    }

    /// Places in use.
    pub fn used(&self) -> usize {
        self.used
    }
}
