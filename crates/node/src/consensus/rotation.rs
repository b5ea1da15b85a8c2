//! Whose turn it is to propose: CometBFT's proposer priority algorithm.
//!
//! Every height each validator's priority grows by its power; the highest
//! proposes and pays the total power. Priorities are scaled into a window of
//! twice the total power and centred around zero first, so that they stay
//! bounded whatever the set has been through. No hash covers priorities, yet
//! CometBFT's light client compares them between witnesses, so they must be
//! CometBFT's to the unit.

use toend_ledger::cometbft::{Address, FormatError, Validator, ValidatorSet};

/// The window priorities are scaled into, in multiples of the total power.
const WINDOW_FACTOR: i64 = 2;

/// The validators at one height, in the order of their set (power descending,
/// then address ascending), and whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    validators: Vec<Validator>,
    proposer: usize,
}

impl Rotation {
    /// The rotation of the first height: what CometBFT makes of a genesis file.
    pub fn genesis(members: &[Validator]) -> Result<Self, FormatError> {
        let set = ValidatorSet::new(members.to_vec())?;
        let mut validators = set.validators().to_vec();
        if validators.iter().any(|v| v.power == 0) {
            return Err(FormatError::Power);
        }
        // A newcomer starts at -1.125 times the total, so that leaving and
        // coming back never pays; at genesis everybody is one.
        let total = set.total_power().cast_signed();
        for validator in &mut validators {
            validator.proposer_priority = -(total + (total >> 3));
        }
        let mut rotation = Self {
            validators,
            proposer: 0,
        };
        rotation.scale_and_centre();
        rotation.advance();
        Ok(rotation)
    }

    /// Takes the rotation up again from a stored set and its proposer's
    /// address. `None` when that is not one of the set.
    pub fn resume(set: &ValidatorSet, proposer: &Address) -> Option<Self> {
        let proposer = set
            .validators()
            .iter()
            .position(|v| v.address == *proposer)?;
        Some(Self {
            validators: set.validators().to_vec(),
            proposer,
        })
    }

    /// The set of this height, with its priorities.
    pub fn set(&self) -> Result<ValidatorSet, FormatError> {
        ValidatorSet::in_given_order(self.validators.clone())
    }

    /// The address of the validator that proposes at this height.
    pub fn proposer_address(&self) -> Address {
        self.validators
            .get(self.proposer)
            .map_or([0; 20], |v| v.address)
    }

    /// The power of the validator with this address.
    pub fn power_of(&self, address: &Address) -> Option<i64> {
        self.validators
            .iter()
            .find(|v| v.address == *address)
            .map(|v| v.power.cast_signed())
    }

    /// The rotation of the next height.
    #[must_use]
    pub fn next(&self) -> Self {
        let mut next = self.clone();
        next.advance();
        next
    }

    /// Moves on to the next height.
    fn advance(&mut self) {
        self.scale_and_centre();
        for validator in &mut self.validators {
            validator.proposer_priority = validator
                .proposer_priority
                .saturating_add(validator.power.cast_signed());
        }
        let total = self.total();
        // Highest priority; among equals the lowest address.
        let chosen = self
            .validators
            .iter()
            .enumerate()
            .max_by(|(_, a), (_, b)| {
                a.proposer_priority
                    .cmp(&b.proposer_priority)
                    .then(b.address.cmp(&a.address))
            })
            .map_or(0, |(i, _)| i);
        if let Some(validator) = self.validators.get_mut(chosen) {
            validator.proposer_priority = validator.proposer_priority.saturating_sub(total);
        }
        self.proposer = chosen;
    }

    fn total(&self) -> i64 {
        self.validators
            .iter()
            .fold(0i64, |sum, v| sum.saturating_add(v.power.cast_signed()))
    }

    fn scale_and_centre(&mut self) {
        let window = WINDOW_FACTOR.saturating_mul(self.total());
        let highest = self
            .validators
            .iter()
            .map(|v| v.proposer_priority)
            .max()
            .unwrap_or(0);
        let lowest = self
            .validators
            .iter()
            .map(|v| v.proposer_priority)
            .min()
            .unwrap_or(0);
        let spread = highest.saturating_sub(lowest);
        if window > 0 && spread > window {
            // Ceiling of the quotient; the division of a priority rounds
            // toward zero, as Go's does.
            let ratio = (spread.saturating_add(window - 1)) / window;
            for validator in &mut self.validators {
                validator.proposer_priority /= ratio;
            }
        }
        let sum: i128 = self
            .validators
            .iter()
            .map(|v| i128::from(v.proposer_priority))
            .sum();
        let count = i128::try_from(self.validators.len().max(1)).unwrap_or(1);
        // Go's big.Int.Div is Euclidean: the remainder is never negative.
        let average = i64::try_from(sum.div_euclid(count)).unwrap_or(0);
        for validator in &mut self.validators {
            validator.proposer_priority = validator.proposer_priority.saturating_sub(average);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validator(n: u8, power: u64, proposer_priority: i64) -> Validator {
        Validator {
            address: [n; 20],
            pub_key: [n; 32],
            power,
            proposer_priority,
        }
    }

    fn of(rotation: &Rotation) -> Vec<(u8, i64)> {
        rotation
            .validators
            .iter()
            .map(|v| (v.address[0], v.proposer_priority))
            .collect()
    }

    /// A genesis rotation without the check that addresses belong to keys.
    fn begin(powers: &[(u8, u64)]) -> Rotation {
        let mut validators: Vec<Validator> = powers
            .iter()
            .map(|&(n, power)| validator(n, power, -7))
            .collect();
        validators.sort_by(|a, b| b.power.cmp(&a.power).then(a.address.cmp(&b.address)));
        let mut rotation = Rotation {
            validators,
            proposer: 0,
        };
        rotation.scale_and_centre();
        rotation.advance();
        rotation
    }

    #[test]
    fn four_equals_take_turns_in_address_order() {
        let mut rotation = begin(&[(3, 10), (1, 10), (4, 10), (2, 10)]);
        let mut order = Vec::new();
        for _ in 0..8 {
            order.push(rotation.proposer_address()[0]);
            rotation = rotation.next();
        }
        assert_eq!(order, [1, 2, 3, 4, 1, 2, 3, 4]);
    }

    /// Worked by hand from the published algorithm: powers 1, 1, 2 start at
    /// zero after centring; everybody gains its power, the highest pays 4.
    #[test]
    fn unequal_powers_propose_in_proportion() {
        let mut rotation = begin(&[(1, 1), (2, 1), (3, 2)]);
        for (proposer, priorities) in [
            (3, [(3, -2), (1, 1), (2, 1)]),
            (1, [(3, 0), (1, -2), (2, 2)]),
            (2, [(3, 2), (1, -1), (2, -1)]),
            (3, [(3, 0), (1, 0), (2, 0)]),
            (3, [(3, -2), (1, 1), (2, 1)]),
        ] {
            assert_eq!(
                (rotation.proposer_address()[0], of(&rotation).as_slice()),
                (proposer, priorities.as_slice())
            );
            rotation = rotation.next();
        }
    }

    #[test]
    fn priorities_are_scaled_into_the_window_and_centred() {
        let validators = vec![
            validator(1, 1, 100),
            validator(2, 1, -100),
            validator(3, 1, 1),
        ];
        // Window 6, spread 200, divided by ceil(200 / 6) = 34: 2, -2, 0; the average is 0.
        let next = Rotation {
            validators,
            proposer: 0,
        }
        .next();
        assert_eq!(of(&next), [(1, 0), (2, -1), (3, 1)]);
        assert_eq!(next.proposer_address(), [1; 20]);
    }

    #[test]
    fn the_average_is_rounded_down_also_below_zero() {
        let validators = vec![validator(1, 5, -1), validator(2, 5, 0)];
        // -1 over 2 is -1 when rounded down: 0, 1; plus 5: 5, 6; the second pays 10.
        let next = Rotation {
            validators,
            proposer: 0,
        }
        .next();
        assert_eq!(of(&next), [(1, 5), (2, -4)]);
    }

    #[test]
    fn a_real_set_resumes_where_it_was_and_impossible_ones_are_refused() {
        let members: Vec<Validator> = (1..=4).map(|n| Validator::new([n; 32], 10)).collect();
        let third = Rotation::genesis(&members).unwrap().next().next();
        let resumed = Rotation::resume(&third.set().unwrap(), &third.proposer_address()).unwrap();
        assert_eq!(resumed, third);
        assert_eq!(resumed.next(), third.next());
        assert!(Rotation::resume(&third.set().unwrap(), &[0; 20]).is_none());
        assert!(Rotation::genesis(&[]).is_err());
        assert!(Rotation::genesis(&[Validator::new([1; 32], 0)]).is_err());
    }

    /// What CometBFT v0.38.25's `types.ValidatorSet` answers for powers 1000, 100, 7, 1.
    #[test]
    fn cometbft_s_own_rotation_is_followed_to_the_unit() {
        let members: Vec<Validator> = (1u8..)
            .zip([1, 7, 100, 1000])
            .map(|(n, power)| Validator::new([n; 32], power))
            .collect();
        let mut rotation = Rotation::genesis(&members).unwrap();
        let power_and_priorities = |rotation: &Rotation| {
            let power = rotation.power_of(&rotation.proposer_address()).unwrap();
            let priorities: Vec<i64> = rotation
                .validators
                .iter()
                .map(|v| v.proposer_priority)
                .collect();
            (power, priorities)
        };
        for (height, expected) in (1..).zip([
            (1000, vec![-108, 100, 7, 1]),
            (1000, vec![-216, 200, 14, 2]),
            (1000, vec![-324, 300, 21, 3]),
            (1000, vec![-432, 400, 28, 4]),
            (1000, vec![-540, 500, 35, 5]),
            (100, vec![460, -508, 42, 6]),
            (1000, vec![352, -408, 49, 7]),
            (1000, vec![244, -308, 56, 8]),
            (1000, vec![136, -208, 63, 9]),
            (1000, vec![28, -108, 70, 10]),
            (1000, vec![-80, -8, 77, 11]),
            (1000, vec![-188, 92, 84, 12]),
            (1000, vec![-296, 192, 91, 13]),
            (1000, vec![-404, 292, 98, 14]),
            (1000, vec![-512, 392, 105, 15]),
            (100, vec![488, -616, 112, 16]),
        ]) {
            assert_eq!(power_and_priorities(&rotation), expected, "height {height}");
            rotation = rotation.next();
        }
        // Priorities far outside the window are scaled into it.
        for (validator, priority) in rotation.validators.iter_mut().zip([5003, -3001, 11, -7]) {
            validator.proposer_priority = priority;
        }
        for expected in [
            [1017, -775, -116, -125],
            [909, -675, -109, -124],
            [801, -575, -102, -123],
        ] {
            rotation = rotation.next();
            assert_eq!(power_and_priorities(&rotation), (1000, expected.to_vec()));
        }
    }
}
