extension Extent {
  /// The value at n; throws `.size` for n below one.
  package func value(at n: Int) throws(ExtentError) -> Int {
    guard n >= 1 else { throw .size }
    var total = form.constant
    for term in form.terms {
      total = try total.plus(term.atom.value(at: n).times(term.coefficient))
    }
    return total
  }

  /// The values at first, first + 1, …: one pass over the tree for all of them.
  package func values(from first: Int, count: Int) throws(ExtentError) -> [Int] {
    var totals = [Int](repeating: form.constant, count: count)
    for term in form.terms {
      let values = try term.atom.values(from: first, count: count)
      let coefficient = term.coefficient
      for index in totals.indices {
        totals[index] = try totals[index].plus(values[index].times(coefficient))
      }
    }
    return totals
  }

  /// Calls `body` with blocks of the values at 1...last until it answers false.
  func scan(
    through last: Int, _ body: (_ first: Int, _ values: [Int]) -> Bool
  ) throws(ExtentError) {
    var first = 1
    while first <= last {
      let count = min(2048, last - first + 1)
      guard body(first, try values(from: first, count: count)) else { return }
      first += count
    }
  }
}

extension Atom {
  func value(at n: Int) throws(ExtentError) -> Int {
    switch kind {
    case .symbol: return n
    case .floor(let extent, let divisor): return try extent.value(at: n).floored(by: divisor)
    case .maximum(let operands):
      var largest = Int.min
      for operand in operands { largest = max(largest, try operand.value(at: n)) }
      return largest
    case .minimum(let operands):
      var smallest = Int.max
      for operand in operands { smallest = min(smallest, try operand.value(at: n)) }
      return smallest
    case .quotient(let dividend, let divisor):
      let bottom = try divisor.value(at: n)
      return bottom < 1 ? 0 : try dividend.value(at: n).floored(by: bottom)
    case .table(let values, _):
      if n <= values.count { return values[n - 1] }
      let (periods, offset) = (n - threshold).quotientAndRemainder(dividingBy: period)
      let rise = try slope.numerator.times(period / slope.denominator).times(periods)
      return try values[threshold - 1 + offset].plus(rise)
    }
  }

  func values(from first: Int, count: Int) throws(ExtentError) -> [Int] {
    switch kind {
    case .symbol:
      let last = try first.plus(count - 1)
      return Array(first...last)
    case .floor(let extent, let divisor):
      var values = try extent.values(from: first, count: count)
      if divisor & (divisor - 1) == 0 {
        let shift = divisor.trailingZeroBitCount
        for index in values.indices { values[index] >>= shift }
      } else {
        for index in values.indices { values[index] = values[index].floored(by: divisor) }
      }
      return values
    case .maximum(let operands):
      return try Atom.folded(operands, first, count) { max($0, $1) }
    case .minimum(let operands):
      return try Atom.folded(operands, first, count) { min($0, $1) }
    case .quotient(let dividend, let divisor):
      var values = try dividend.values(from: first, count: count)
      let bottoms = try divisor.values(from: first, count: count)
      for index in values.indices {
        let bottom = bottoms[index]
        values[index] = bottom < 1 ? 0 : values[index].floored(by: bottom)
      }
      return values
    case .table:
      var values: [Int] = []
      values.reserveCapacity(count)
      for offset in 0..<count { values.append(try value(at: first.plus(offset))) }
      return values
    }
  }

  private static func folded(
    _ operands: [Extent], _ first: Int, _ count: Int, _ choose: (Int, Int) -> Int
  ) throws(ExtentError) -> [Int] {
    var values = try operands[0].values(from: first, count: count)
    for operand in operands.dropFirst() {
      let others = try operand.values(from: first, count: count)
      for index in values.indices { values[index] = choose(values[index], others[index]) }
    }
    return values
  }
}
