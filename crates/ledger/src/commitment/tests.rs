use super::*;
use crate::cbor::{CborError, Value};
use crate::merkle::{EMPTY_ROOT, MerkleError};

fn seed() -> Seed {
    Seed::from_bytes([7; 32])
}

fn values(n: u32) -> Vec<Value> {
    (0..n).map(|i| Value::Int(i64::from(i))).collect()
}

#[test]
fn fields_open_at_their_position() {
    let tree = FieldTree::new(&seed(), values(16)).unwrap();
    for i in 0..16 {
        let opening = tree.open(i).unwrap();
        assert_eq!(opening.verify(&tree.root(), 16), Ok(()));
        assert_eq!(opening.value, Value::Int(i64::from(i)));
        assert_eq!(opening.salt, salt(&seed(), i));
    }
}

#[test]
fn fr_3_1_two_faced_record() {
    // The register would like to show one bank 100 and another 200 for the same position.
    let tree = FieldTree::new(&seed(), values(16)).unwrap();
    let root = tree.root();
    let opening = tree.open(3).unwrap();

    let mut other_value = opening.clone();
    other_value.value = Value::Int(200);
    assert_eq!(
        other_value.verify(&root, 16),
        Err(FieldError::Merkle(MerkleError::RootMismatch))
    );

    // A 17th leaf with a second value for position 3: with N fixed by the schema it has no path.
    let mut wide = values(16);
    wide.push(Value::Int(200));
    let wide = FieldTree::new(&seed(), wide).unwrap();
    let last = wide.open(16).unwrap();
    assert_eq!(
        last.verify(&wide.root(), 16),
        Err(FieldError::OutOfRange(16))
    );
    assert!(opening.verify(&root, 17).is_err(), "a proof against N = 17");
    assert!(wide.open(3).unwrap().verify(&wide.root(), 16).is_err());

    // The leaf of position 5, shown as position 3.
    let mut moved = tree.open(5).unwrap();
    moved.position = 3;
    assert!(moved.verify(&root, 16).is_err());
    let mut path = opening.clone();
    path.path = tree.open(5).unwrap().path;
    assert!(path.verify(&root, 16).is_err(), "index and path do not fit");

    // The same position twice, or out of order.
    let twice = [opening.clone(), opening.clone()];
    assert_eq!(verify_fields(&root, 16, &twice), Err(FieldError::Order(3)));
    let unordered = [tree.open(5).unwrap(), opening.clone()];
    assert_eq!(
        verify_fields(&root, 16, &unordered),
        Err(FieldError::Order(3))
    );
    assert_eq!(
        verify_fields(&root, 16, &[opening, tree.open(5).unwrap()]),
        Ok(())
    );
    assert_eq!(tree.open(16).unwrap_err(), FieldError::OutOfRange(16));
}

#[test]
fn fr_3_2_hidden_fields_do_not_show() {
    // Two records, one with an optional field in use: what is shown of both has the same shape and size.
    let mut plain = values(16);
    plain[9] = Value::Absent;
    let used = values(16);
    let shapes: Vec<_> = [plain, used]
        .into_iter()
        .map(|values| {
            let tree = FieldTree::new(&seed(), values).unwrap();
            let openings: Vec<_> = [1u16, 8].iter().map(|i| tree.open(*i).unwrap()).collect();
            assert_eq!(verify_fields(&tree.root(), 16, &openings), Ok(()));
            openings
                .iter()
                .map(|opening| opening.path.len())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(shapes[0], shapes[1]);
    // An unused position is salted: its leaf is not the same in two records.
    let absent = |n| {
        let tree = FieldTree::new(&Seed::from_bytes([n; 32]), vec![Value::Absent]).unwrap();
        assert_eq!(tree.open(0).unwrap().verify(&tree.root(), 1), Ok(()));
        tree.root()
    };
    assert_ne!(absent(1), absent(2));
}

#[test]
fn fr_3_3_leaves_of_one_tree_are_no_leaves_of_another() {
    // A bytes value of the register's choice cannot make a field leaf equal a row leaf, an inner node or a state leaf:
    // leaf data begin with a tag and are longer than 64 bytes.
    let leaf = field_leaf(0, &[0; 32], &[0xf7]);
    assert!(leaf.starts_with(b"toend/field/v1\0"));
    assert!(row_leaf(0, 0, &[0; 32], &[0xf7]).starts_with(b"toend/row/v1\0"));
    assert_ne!(leaf.len(), 64);
    let group = RowTree::new(&seed(), 2, values(3)).unwrap();
    let row = group.open(1).unwrap();
    let as_field = FieldOpening {
        position: 1,
        salt: row.salt,
        value: row.value.clone(),
        path: row.path.clone(),
    };
    let Value::Array(parts) = group.field_value() else {
        panic!("a group is an array")
    };
    let Value::Bytes(root) = &parts[1] else {
        panic!("with a root")
    };
    assert!(
        as_field
            .verify(&root.as_slice().try_into().unwrap(), 3)
            .is_err()
    );
    // A record's root never stands alone: it is wrapped in Q, Q in C, each with its own tag.
    let fr = FieldTree::new(&seed(), values(4)).unwrap().root();
    let q = content_commitment(&[1; 32], Reg(1), &[2; 32], 1, 1001, &fr);
    assert!(q != fr && entry_commitment(&[0; 32], &q) != q);
}

#[test]
fn fr_3_6_one_guess_in_a_million_does_not_open_a_yes_or_no_field() {
    // Without the salt, trying "yes" and "no" with guessed salts finds nothing.
    let tree = FieldTree::new(&seed(), vec![Value::Bool(true)]).unwrap();
    let root = tree.root();
    let yes = crate::cbor::encode(&Value::Bool(true)).unwrap();
    for guess in 0u32..1 << 20 {
        let mut salt = [0; 32];
        salt[..4].copy_from_slice(&guess.to_be_bytes());
        assert_ne!(crate::merkle::leaf_hash(&field_leaf(0, &salt, &yes)), root);
    }
    assert_eq!(
        crate::merkle::leaf_hash(&field_leaf(0, &salt(&seed(), 0), &yes)),
        root
    );
}

#[test]
fn fr_3_6_salts_differ_by_seed_position_and_row_and_seeds_do_not_show() {
    let other = Seed::from_bytes([8; 32]);
    let salts = [
        salt(&seed(), 0),
        salt(&seed(), 1),
        salt(&other, 0),
        row_salt(&seed(), 0, 0),
        row_salt(&seed(), 0, 1),
        row_salt(&seed(), 1, 0),
    ];
    let distinct: std::collections::BTreeSet<_> = salts.iter().collect();
    assert_eq!(distinct.len(), salts.len());
    assert_eq!(format!("{:?}", seed()), "Seed(…)");
}

#[test]
fn fr_3_7_place_and_content_are_separate() {
    let (p, q) = ([1; 32], [2; 32]);
    assert_ne!(entry_commitment(&p, &q), entry_commitment(&q, &p));
    let place = |n, class, prev| place_commitment(&[9; 32], &[3; 32], class, n, prev);
    let base = place(1, Class::Records, &EMPTY_ROOT);
    assert_ne!(base, place(2, Class::Records, &EMPTY_ROOT));
    assert_ne!(base, place(1, Class::AccessLog, &EMPTY_ROOT));
    assert_ne!(base, place(1, Class::Records, &[0; 32]));
    // The blind hides it: everything else known, another blind gives another P.
    assert_ne!(
        base,
        place_commitment(&[8; 32], &[3; 32], Class::Records, 1, &EMPTY_ROOT)
    );
}

#[test]
fn content_binds_every_part() {
    let base = content_commitment(&[1; 32], Reg(1), &[2; 32], 1, 1001, &[3; 32]);
    let others = [
        content_commitment(&[9; 32], Reg(1), &[2; 32], 1, 1001, &[3; 32]),
        content_commitment(&[1; 32], Reg(2), &[2; 32], 1, 1001, &[3; 32]),
        content_commitment(&[1; 32], Reg(1), &[9; 32], 1, 1001, &[3; 32]),
        content_commitment(&[1; 32], Reg(1), &[2; 32], 2, 1001, &[3; 32]),
        content_commitment(&[1; 32], Reg(1), &[2; 32], 1, 1002, &[3; 32]),
        content_commitment(&[1; 32], Reg(1), &[2; 32], 1, 1001, &[9; 32]),
    ];
    assert!(others.iter().all(|other| *other != base));
}

#[test]
fn fr_1_4_one_entry_commits_to_every_older_one() {
    let (a, b, c) = ([1; 32], [2; 32], [3; 32]);
    assert_eq!(prev_root(&[]), EMPTY_ROOT);
    let roots = [
        prev_root(&[a]),
        prev_root(&[a, b]),
        prev_root(&[b, a]),
        prev_root(&[a, b, c]),
        prev_root(&[a, c]),
    ];
    let distinct: std::collections::BTreeSet<_> = roots.iter().collect();
    assert_eq!(distinct.len(), roots.len());
}

#[test]
fn fr_3_9_dropping_a_row_is_noticed() {
    let rows = RowTree::new(&seed(), 2, values(5)).unwrap();
    let field = rows.field_value();
    let all: Vec<_> = (0..5)
        .map(|j| rows.open(j).unwrap())
        .map(|row| (row.salt, row.value))
        .collect();
    assert_eq!(verify_all_rows(2, &field, &all), Ok(()));
    for i in 0..5 {
        let mut fewer = all.clone();
        fewer.remove(i);
        assert_eq!(
            verify_all_rows(2, &field, &fewer),
            Err(FieldError::Rows {
                expected: 5,
                got: 4
            })
        );
    }
    let mut swapped = all.clone();
    swapped.swap(0, 1);
    assert!(verify_all_rows(2, &field, &swapped).is_err());
    let mut changed = all.clone();
    changed[0].1 = Value::Int(100);
    assert!(verify_all_rows(2, &field, &changed).is_err());
    assert!(
        verify_all_rows(3, &field, &all).is_err(),
        "rows of another position"
    );
    for j in 0..5 {
        let row = rows.open(j).unwrap();
        assert_eq!(verify_row(2, &field, &row), Ok(()));
        assert!(verify_row(1, &field, &row).is_err());
        let mut other = row;
        other.row = (j + 1) % 5;
        assert!(verify_row(2, &field, &other).is_err());
    }
}

#[test]
fn a_group_without_rows_is_the_empty_tree() {
    let none = RowTree::new(&seed(), 2, Vec::new()).unwrap();
    assert_eq!(verify_all_rows(2, &none.field_value(), &[]), Ok(()));
    let lie = Value::Array(vec![Value::Int(0), Value::Bytes(vec![1; 32])]);
    assert_eq!(verify_all_rows(2, &lie, &[]), Err(FieldError::NotRows));
    for bad in [
        Value::Int(1),
        Value::Array(vec![]),
        Value::Array(vec![Value::Int(-1), Value::Bytes(vec![0; 32])]),
    ] {
        assert_eq!(verify_all_rows(2, &bad, &[]), Err(FieldError::NotRows));
    }
}

#[test]
fn records_have_one_to_1024_positions_of_encodable_values() {
    assert!(FieldTree::new(&seed(), Vec::new()).is_err());
    assert!(FieldTree::new(&seed(), values(1025)).is_err());
    let nfd = Value::Text("o\u{303}".to_owned());
    assert_eq!(
        FieldTree::new(&seed(), vec![nfd]).unwrap_err(),
        FieldError::Value(CborError::NotNfc)
    );
}
