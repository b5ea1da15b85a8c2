//! The kind of document, from the policy identifiers of its certificates.

/// What kind of document a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentType {
    /// Identity card of a citizen.
    Citizen,
    /// Identity card of a citizen of another EU country.
    EuCitizen,
    /// Digital identity card.
    DigitalId,
    /// e-Resident's digital identity card: no residence, no travel document.
    EResident,
    /// Residence permit, long-term.
    LongTermResident,
    /// Residence permit, temporary.
    TemporaryResident,
    /// Residence card of a family member of an EU citizen.
    FamilyMember,
    /// Card issued by the foreign ministry.
    Diplomatic,
    /// None of these.
    Unknown,
}

/// Police and Border Guard, cards of 2018. Test cards carry the arc `1.2` instead of `1.1`.
const CARDS_2018: [&str; 2] = ["1.3.6.1.4.1.51361.1.1.", "1.3.6.1.4.1.51361.1.2."];
/// The same for the cards of 2025.
const CARDS_2025: &str = "1.3.6.1.4.1.51361.2.1.";
const DIPLOMATIC: [&str; 2] = ["1.3.6.1.4.1.51455.1.1.1", "1.3.6.1.4.1.51455.2.1.1"];
/// Test certificates of 2025 hang below the example arc.
const EXAMPLE: &str = "2.999.";

impl DocumentType {
    /// The first policy that names a kind decides.
    pub fn from_policies<S: AsRef<str>>(policies: &[S]) -> Self {
        policies
            .iter()
            .find_map(|policy| Self::from_policy(policy.as_ref()))
            .unwrap_or(Self::Unknown)
    }

    fn from_policy(policy: &str) -> Option<Self> {
        let policy = policy.strip_prefix(EXAMPLE).unwrap_or(policy);
        if DIPLOMATIC.contains(&policy) {
            return Some(Self::Diplomatic);
        }
        if let Some(number) = CARDS_2018.iter().find_map(|arc| policy.strip_prefix(arc)) {
            return match number {
                "1" => Some(Self::Citizen),
                "2" => Some(Self::EuCitizen),
                "3" => Some(Self::DigitalId),
                "4" => Some(Self::EResident),
                "5" => Some(Self::LongTermResident),
                "6" => Some(Self::TemporaryResident),
                "7" => Some(Self::FamilyMember),
                _ => None,
            };
        }
        match policy.strip_prefix(CARDS_2025)? {
            "1" => Some(Self::Citizen),
            "2" => Some(Self::EuCitizen),
            "3" => Some(Self::LongTermResident),
            "4" => Some(Self::TemporaryResident),
            "5" => Some(Self::FamilyMember),
            "6" => Some(Self::EResident),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numberings_and_both_test_arcs() {
        let of = |policy: &str| DocumentType::from_policies(&["0.4.0.2042.1.2", policy]);
        assert_eq!(of("1.3.6.1.4.1.51361.1.1.4"), DocumentType::EResident);
        assert_eq!(of("1.3.6.1.4.1.51361.1.2.1"), DocumentType::Citizen);
        assert_eq!(of("1.3.6.1.4.1.51361.2.1.6"), DocumentType::EResident);
        assert_eq!(of("2.999.1.3.6.1.4.1.51361.2.1.1"), DocumentType::Citizen);
        assert_eq!(of("1.3.6.1.4.1.51455.1.1.1"), DocumentType::Diplomatic);
        assert_eq!(of("1.3.6.1.4.1.51361.1.1.44"), DocumentType::Unknown);
    }
}
