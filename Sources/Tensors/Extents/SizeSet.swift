/// An eventually periodic set of sizes n >= 1, exact and canonical: least period and threshold.
package struct SizeSet: Hashable, Sendable {
  /// From here on membership repeats.
  package let threshold: Int
  package let period: Int
  /// Membership of n at index n - 1, for n in 1..<threshold + period.
  let bits: BitArray

  package static let all = SizeSet(BitArray(repeating: true, count: 1), threshold: 1, period: 1)
  package static let none = SizeSet(BitArray(repeating: false, count: 1), threshold: 1, period: 1)

  /// Bits of n in 1..<threshold + period; reduces them to the canonical form.
  package init(_ bits: BitArray, threshold: Int, period: Int) {
    var (bits, threshold, period) = (bits, threshold, period)
    for prime in SizeSet.primes(of: period) {
      while period % prime == 0 {
        let shorter = period / prime
        guard bits.agree(threshold - 1, threshold - 1 + shorter, count: period - shorter) else {
          break
        }
        period = shorter
      }
    }
    while threshold > 1, bits[threshold - 2] == bits[threshold - 2 + period] { threshold -= 1 }
    bits.truncate(to: threshold + period - 1)
    self.bits = bits
    self.threshold = threshold
    self.period = period
  }

  private static func primes(of number: Int) -> [Int] {
    var (rest, prime, primes) = (number, 2, [Int]())
    while prime * prime <= rest {
      if rest % prime == 0 { primes.append(prime) }
      while rest % prime == 0 { rest /= prime }
      prime += 1
    }
    return rest > 1 ? primes + [rest] : primes
  }

  /// The index of the bit that decides n >= 1.
  private func index(of n: Int) -> Int {
    n < threshold + period ? n - 1 : threshold - 1 + (n - threshold) % period
  }

  package func contains(_ n: Int) -> Bool { n >= 1 && bits[index(of: n)] }
  package var isAll: Bool { self == .all }
  package var isEmpty: Bool { self == .none }

  /// The smallest member.
  package var minimum: Int? { smallest(true, from: 1) }

  /// The smallest n > above that is not a member, nil without any.
  package func smallestMissing(above: Int) -> Int? {
    above == .max ? nil : smallest(false, from: max(above + 1, 1))
  }

  /// The smallest member n >= start, nil without any.
  package func smallestMember(from start: Int) -> Int? { smallest(true, from: max(start, 1)) }

  /// One period from the threshold or the start on decides.
  private func smallest(_ isMember: Bool, from start: Int) -> Int? {
    let (last, overflow) = max(start, threshold).addingReportingOverflow(period - 1)
    for n in start...(overflow ? .max : last) where contains(n) == isMember { return n }
    return nil
  }
}
