//! Numbered places for nodes. Grows in chunks, so that a large tree is never copied to grow.

const CHUNK_BITS: u32 = 12;
const CHUNK: usize = 1 << CHUNK_BITS;

#[derive(Debug)]
pub(super) struct Arena<T> {
    chunks: Vec<Vec<T>>,
    free: Vec<u32>,
    used: usize,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Arena {
            chunks: Vec::new(),
            free: Vec::new(),
            used: 0,
        }
    }
}

impl<T> Arena<T> {
    /// Puts a node into a free place. The caller sees to it that [`used`](Self::used) stays below 2³¹.
    pub fn put(&mut self, node: T) -> u32 {
        self.used += 1;
        if let Some(at) = self.free.pop() {
            *self.place(at) = node;
            return at;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let chunks = self.chunks.len() - 1;
        let last = self
            .chunks
            .last_mut()
            .expect("a chunk was just added if there was none");
        last.push(node);
        ((chunks << CHUNK_BITS) | (last.len() - 1)) as u32
    }

    pub fn get(&self, at: u32) -> &T {
        self.chunks
            .get((at >> CHUNK_BITS) as usize)
            .and_then(|chunk| chunk.get(at as usize % CHUNK))
            .expect("only numbers that this arena gave out are asked of it")
    }

    fn place(&mut self, at: u32) -> &mut T {
        self.chunks
            .get_mut((at >> CHUNK_BITS) as usize)
            .and_then(|chunk| chunk.get_mut(at as usize % CHUNK))
            .expect("only numbers that this arena gave out are free")
    }

    /// The free places that will be used next, at most `count` of them.
    pub fn next_free(&self, count: usize) -> impl Iterator<Item = u32> {
        self.free.iter().rev().take(count).copied()
    }

    /// Gives a place back. What stood there stays until the place is used again.
    pub fn free(&mut self, at: u32) {
        self.used -= 1;
        self.free.push(at);
    }

    /// Places in use.
    pub fn used(&self) -> usize {
        self.used
    }
}
