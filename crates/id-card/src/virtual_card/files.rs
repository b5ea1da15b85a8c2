//! The file tree of a virtual card, and which file is selected.

use crate::apdu::Status;
use crate::tlv;

/// Identifier of the root.
const ROOT: u16 = 0x3F00;

/// A folder (with or without a name of its own) or a file.
struct Node {
    id: u16,
    parent: usize,
    kind: Kind,
}

enum Kind {
    Folder { name: Vec<u8> },
    File { content: Vec<u8>, fcp: Vec<u8> },
}

/// The tree and the selection. The root is node 0.
pub(super) struct Files {
    nodes: Vec<Node>,
    folder: usize,
    file: Option<usize>,
}

impl Files {
    pub(super) fn new(root_name: &[u8]) -> Self {
        let root = Node {
            id: ROOT,
            parent: 0,
            kind: Kind::Folder {
                name: root_name.to_vec(),
            },
        };
        Self {
            nodes: vec![root],
            folder: 0,
            file: None,
        }
    }

    pub(super) fn add_folder(&mut self, id: u16, name: &[u8]) -> usize {
        self.nodes.push(Node {
            id,
            parent: 0,
            kind: Kind::Folder {
                name: name.to_vec(),
            },
        });
        self.nodes.len() - 1
    }

    /// `fcp` is what SELECT answers for this file.
    pub(super) fn add_file(&mut self, folder: usize, id: u16, content: Vec<u8>, fcp: Vec<u8>) {
        self.nodes.push(Node {
            id,
            parent: folder,
            kind: Kind::File { content, fcp },
        });
    }

    pub(super) fn reset(&mut self) {
        self.folder = 0;
        self.file = None;
    }

    /// Identifier of the selected folder.
    pub(super) fn folder_id(&self) -> u16 {
        self.nodes.get(self.folder).map_or(ROOT, |node| node.id)
    }

    fn child(&self, folder: usize, id: u16, wants_folder: Option<bool>) -> Option<usize> {
        self.nodes
            .iter()
            .enumerate()
            .skip(1)
            .find_map(|(index, node)| {
                let is_folder = matches!(node.kind, Kind::Folder { .. });
                let fits = node.parent == folder
                    && node.id == id
                    && wants_folder.is_none_or(|w| w == is_folder);
                fits.then_some(index)
            })
    }

    /// SELECT: finds the file, selects it, and answers its FCP.
    pub(super) fn select(&mut self, p1: u8, data: &[u8]) -> Result<Vec<u8>, Status> {
        let target = self.find(p1, data).ok_or(Status::FileNotFound)?;
        let node = self.nodes.get(target).ok_or(Status::FileNotFound)?;
        let fcp = match &node.kind {
            Kind::Folder { name } => {
                let mut body = tlv::encode(0x82, &[0x38]);
                body.extend(tlv::encode(0x83, &node.id.to_be_bytes()));
                body.extend(tlv::encode(0x84, name));
                self.folder = target;
                self.file = None;
                tlv::encode(0x62, &body)
            }
            Kind::File { fcp, .. } => {
                self.folder = node.parent;
                self.file = Some(target);
                fcp.clone()
            }
        };
        Ok(fcp)
    }

    fn find(&self, p1: u8, data: &[u8]) -> Option<usize> {
        let id = || Some(u16::from_be_bytes(data.try_into().ok()?));
        match p1 {
            0x00 if data.is_empty() => Some(0),
            0x00 => match id()? {
                ROOT => Some(0),
                id => self.child(self.folder, id, None).or_else(|| self.child(0, id, None)),
            },
            0x01 => self.child(self.folder, id()?, Some(true)),
            0x02 => self.child(self.folder, id()?, Some(false)),
            0x03 => Some(self.nodes.get(self.folder)?.parent),
            0x04 => self.nodes.iter().position(|node| {
                matches!(&node.kind, Kind::Folder { name } if !name.is_empty() && name == data)
            }),
            0x08 => self.walk(0, data),
            0x09 => self.walk(self.folder, data),
            _ => None,
        }
    }

    /// A path of identifiers; one that begins with the root is absolute.
    fn walk(&self, from: usize, path: &[u8]) -> Option<usize> {
        let (mut at, path) = match path.strip_prefix(&ROOT.to_be_bytes()) {
            Some(rest) => (0, rest),
            None => (from, path),
        };
        if path.len() % 2 != 0 || path.len() > 8 {
            return None;
        }
        for pair in path.chunks_exact(2) {
            at = self.child(at, u16::from_be_bytes(pair.try_into().ok()?), None)?;
        }
        Some(at)
    }

    /// READ BINARY: up to `length` bytes at `offset`. Reading past the end gives what there is; beginning at
    /// the end or behind it is an error.
    pub(super) fn read(&self, offset: usize, length: usize) -> Result<&[u8], Status> {
        let node = self
            .file
            .and_then(|file| self.nodes.get(file))
            .ok_or(Status::Other(0x6986))?;
        let Kind::File { content, .. } = &node.kind else {
            return Err(Status::Other(0x6986));
        };
        let rest = content
            .get(offset..)
            .filter(|rest| !rest.is_empty())
            .ok_or(Status::BeyondEnd)?;
        Ok(rest.get(..length).unwrap_or(rest))
    }

    /// Bytes that remain from `offset`.
    pub(super) fn remaining(&self, offset: usize) -> usize {
        self.read(offset, usize::MAX).map_or(0, <[u8]>::len)
    }
}
