//! Tokens and cost, whichever of the two naming styles wrote them.

use std::ops::AddAssign;

/// Tokens in units, cost in US dollars, of one message or a sum of messages.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Prompt tokens that were not served from a cache (`input`, `inputTokens`).
    pub input: u64,
    /// Generated tokens (`output`, `outputTokens`).
    pub output: u64,
    /// Prompt tokens read from the provider's cache (`cacheRead`).
    pub cache_read: u64,
    /// Prompt tokens written to the provider's cache (`cacheWrite`).
    pub cache_write: u64,
    /// `cost.total`, `None` where no cost is recorded.
    pub cost: Option<f64>,
}

impl Usage {
    /// All tokens of the request: input, output and both cache figures.
    pub fn total(&self) -> u64 {
        self.prompt().saturating_add(self.output)
    }

    /// The size of the prompt: input and both cache figures.
    pub fn prompt(&self) -> u64 {
        self.input.saturating_add(self.cache_read).saturating_add(self.cache_write)
    }

    /// Share of the prompt that came from the cache, in 0..=1; `None` for an empty prompt.
    pub fn cache_hit(&self) -> Option<f64> {
        let prompt = self.prompt();
        (prompt > 0).then(|| self.cache_read as f64 / prompt as f64)
    }

    /// Tells whether nothing was counted.
    pub fn is_zero(&self) -> bool {
        self.total() == 0 && self.cost.is_none_or(|cost| cost == 0.0)
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
        self.cache_read = self.cache_read.saturating_add(other.cache_read);
        self.cache_write = self.cache_write.saturating_add(other.cache_write);
        self.cost = match (self.cost, other.cost) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0.0) + b.unwrap_or(0.0)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_knows_a_cost_as_soon_as_one_part_does() {
        let mut sum = Usage { input: 3, ..Usage::default() };
        sum += Usage { input: 1, output: 2, ..Usage::default() };
        assert_eq!(sum.cost, None);
        sum += Usage { cache_read: 4, cost: Some(0.5), ..Usage::default() };
        assert_eq!((sum.total(), sum.cost), (10, Some(0.5)));
        assert_eq!(sum.cache_hit(), Some(0.5));
    }
}
