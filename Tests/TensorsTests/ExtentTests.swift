import Testing

import Tensors

private let h = Extent.symbol(.height)

/// A window of kernel 3, stride 2, pad 1.
private func halved(_ extent: Extent) throws -> Extent {
  try extent.plus(2 - 3).floorDivided(by: 2).plus(1)
}

extension Int {
  /// Rounded up as the oracle, by floating point.
  fileprivate func ceiled(by divisor: Int) -> Int {
    Int((Double(self) / Double(divisor)).rounded(.up))
  }
}

@Suite struct ExtentTests {
  @Test func chainsStayOneFloorDeep() throws {
    let nested = try h.floorDivided(by: 4).floorDivided(by: 2)
    #expect(nested == (try h.floorDivided(by: 8)))
    #expect(nested.period == 8)
    #expect(nested.threshold == 1)
    #expect(try nested.slope == Rational(1, over: 8))
    var stem = h
    for _ in 0..<5 { stem = try halved(stem) }
    #expect(stem == (try h.ceilDivided(by: 32)))
    #expect(stem.description == "ceil(H/32)")
    #expect(stem.period == 32)
  }

  @Test func slopeReducesThePeriod() throws {
    #expect(try h.times(4).floorDivided(by: 6).period == 3)
    #expect(try h.times(4).floorDivided(by: 2) == h.times(2))
    #expect(try h.floorDivided(by: 3).times(3).floorDivided(by: 2).period == 6)
    #expect(try h.floorDivided(by: 4).times(2).plus(1).floorDivided(by: 2).period == 4)
  }

  @Test func likeTermsCancel() throws {
    let f = try h.plus(3).floorDivided(by: 16)
    #expect(try f.minus(f) == .constant(0))
    #expect(try f.plus(f).minus(f.times(2)) == .constant(0))
    #expect(try f.times(3).minus(f.plus(5).times(3)).constantValue == -15)
    #expect(try h.plus(f).minus(h) == f)
    let clamped = try Extent.maximum(h.minus(4), .constant(1))
    #expect(try clamped.plus(3).minus(clamped) == .constant(3))
    #expect(try Extent.maximum(h.minus(1), .constant(4)) == clamped.plus(3))
  }

  @Test func floorsRoundDown() throws {
    let f = try h.times(-1).floorDivided(by: 4)
    for n in 1...20 { #expect(try f.value(at: n) == Int((-Double(n) / 4).rounded(.down))) }
    #expect(try h.minus(10).floorDivided(by: 3).value(at: 1) == -3)
    #expect(try h.minus(10).ceilDivided(by: 4).value(at: 1) == -2)
  }

  @Test func maximaWithinRange() throws {
    let clamped = try Extent.maximum(h.minus(4), .constant(1))
    #expect(clamped.threshold == 5)
    #expect(clamped.slope == .one)
    #expect(try Extent.maximum(h.ceilDivided(by: 16), .constant(1)) == h.ceilDivided(by: 16))
    #expect(try Extent.minimum(h, h.minus(1)) == h.minus(1))
    #expect(try Extent.maximum(clamped.minus(1), .constant(1)).description == "max(H-5, 1)")
    #expect(try Extent.minimum(h, .constant(7)).slope == .zero)
  }

  @Test func readableText() throws {
    #expect(h.description == "H")
    #expect(Extent.constant(33).description == "33")
    #expect(try h.ceilDivided(by: 4).times(2).description == "2*ceil(H/4)")
    #expect(try h.minus(3).floorDivided(by: 2).plus(1).description == "ceil(H/2)-1")
    #expect(try h.plus(3).floorDivided(by: 16).description == "floor((H+3)/16)")
    #expect(try h.minus(5).floorDivided(by: 16).description == "floor((H-5)/16)")
    #expect(try h.times(3).floorDivided(by: 4).description == "floor(3*H/4)")
    #expect(try h.plus(h.ceilDivided(by: 2)).minus(1).description == "H+ceil(H/2)-1")
    #expect(try Extent.maximum(h.minus(4), .constant(1)).description == "max(H-4, 1)")
    #expect(try Extent.minimum(h, .constant(7)).description == "min(H, 7)")
    #expect(try Extent.minimum(h, .constant(7)).times(-2).description == "-2*min(H, 7)")
    #expect(try h.plus(Extent.maximum(h.minus(4), .constant(1))).description == "H+max(H, 5)-4")
    #expect(try h.times(-1).description == "-H")
    #expect(try Extent.symbol(.width).ceilDivided(by: 2).description == "ceil(W/2)")
    let quotient = try Extent.floorQuotient(h.minus(1), h.floorDivided(by: 4))
    #expect(quotient.description == "floor((H-1)/floor(H/4))")
  }

  @Test func quotientsSettle() throws {
    // the count of the paper's pyramid rule: window ceil(a/n), stride floor(a/n)
    let a = try h.ceilDivided(by: 16)
    for bins in [1, 2, 3, 4, 6] {
      let window = try a.ceilDivided(by: bins)
      let stride = try a.floorDivided(by: bins)
      let count = try Extent.floorQuotient(a.minus(window), stride).plus(1)
      #expect(count.slope == .zero)
      let sizes = try SizeSet.whereEqual(count, .constant(bins))
        .intersection(.whereAtLeast(stride, 1))
      for n in 1...2000 {
        let map = (n + 15) / 16
        let exact = map >= bins && map % bins <= map / bins && bins > 1
        #expect(sizes.contains(n) == (exact || (bins == 1)), "\(bins) bins at \(n)")
      }
    }
    #expect(throws: ExtentError.divisor) {
      let wave = try h.minus(h.floorDivided(by: 2).times(2)).plus(1)
      _ = try Extent.floorQuotient(h, wave)
    }
  }

  @Test func ceilModeInClosedForm() throws {
    for kernel in 1...5 {
      for stride in 1...4 {
        for rate in 1...2 {
          for pad in 0...(kernel / 2) {
            let reach = rate * (kernel - 1) + 1
            let shift = min(2 * pad - reach + stride - 1, pad - 1)
            let closed = try h.plus(shift).floorDivided(by: stride).plus(1)
            for n in 1...64 where n + 2 * pad >= reach {
              // PyTorch's pooling_output_shape
              var count = (n + 2 * pad - reach + stride - 1) / stride + 1
              if (count - 1) * stride >= n + pad { count -= 1 }
              #expect(try closed.value(at: n) == count)
            }
          }
        }
      }
    }
  }

  @Test func limitsThrow() throws {
    #expect {
      var extent = h
      for stride in [7, 11, 13, 17, 19, 23] { extent = try extent.floorDivided(by: stride) }
    } throws: { error in
      if case ExtentError.cap = error { true } else { false }
    }
    #expect(throws: ExtentError.mixedAxes) { try h.plus(.symbol(.width)) }
    #expect(throws: ExtentError.mixedAxes) { try h.isEqual(to: .symbol(.width)) }
    #expect(throws: ExtentError.overflow) { try h.plus(.max).plus(1) }
    #expect(throws: ExtentError.overflow) { try h.plus(.max).value(at: 1) }
    #expect(throws: ExtentError.overflow) { try h.times(.max).times(2) }
    #expect(throws: ExtentError.overflow) { try Extent.constant(.min).minus(1) }
    #expect(throws: ExtentError.divisor) { try h.floorDivided(by: 0) }
    #expect(throws: ExtentError.divisor) { try h.ceilDivided(by: -3) }
    #expect(throws: ExtentError.size) { try h.value(at: 0) }
    #expect(throws: ExtentError.cap(period: 1)) {
      try Extent.maximum(h.minus(1 << 21), .constant(0))
    }
    #expect(throws: ExtentError.cap(period: 1 << 21)) { try h.floorDivided(by: 1 << 21) }
  }

  @Test func extremeConstantsNeverTrap() throws {
    let extremes = [Int.min, .min + 1, -(1 << 62), -1, 0, 1, 2, 1 << 62, .max - 1, .max]
    for a in extremes {
      for b in extremes {
        for extent in [h, try h.ceilDivided(by: 3), .constant(1)] {
          _ = try? extent.plus(a).floorDivided(by: b)
          _ = try? extent.times(a).plus(b)
          _ = try? extent.times(a).ceilDivided(by: b).value(at: 5)
          _ = try? extent.times(a).floorDivided(by: 7).value(at: b)
          if let left = try? extent.times(a), let right = try? extent.plus(b) {
            _ = try? Extent.maximum(left, right).description
            _ = try? Extent.minimum(left, right).description
            _ = try? Extent.floorQuotient(left, right)
            _ = try? Extent.floorQuotient(right, left)
            _ = try? left.isEqual(to: right)
            _ = try? SizeSet.whereAtMost(left, right).description
            _ = try? SizeSet.whereEqual(right, left).description
          }
        }
      }
    }
  }

  @Test func deepChainsStayShallow() throws {
    var same = h
    for _ in 0..<5000 { same = try same.plus(2 - 3).floorDivided(by: 1).plus(1) }
    #expect(same == h)
    var scaled = h
    for _ in 0..<2000 { scaled = try halved(scaled.times(2)) }
    #expect(scaled == h)
    let sizes = [1, 2, 7, 40, 99, 500, 12_345]
    // every step uses the one before twice and cannot merge
    var shared = h
    var values = sizes
    for step in 0..<3000 {
      let third = try shared.plus(step % 3).floorDivided(by: 3)
      shared = try Extent.maximum(third, shared.minus(5))
      values = values.map { max(($0 + step % 3 - 2).ceiled(by: 3), $0 - 5) }
      #expect(shared.treeSize <= Extent.largestTree)
      for (n, value) in zip(sizes, values) { #expect(try shared.value(at: n) == value) }
      if shared.threshold > 200 { (shared, values) = (h, sizes) }
    }
    var clamped = h
    values = sizes
    for step in 0..<3000 {
      clamped = try Extent.minimum(Extent.maximum(clamped.minus(1), .constant(1)), .constant(200))
      clamped = try clamped.plus(step % 2)
      values = values.map { min(max($0 - 1, 1), 200) + step % 2 }
      for (n, value) in zip(sizes, values) { #expect(try clamped.value(at: n) == value) }
      if clamped.constantValue != nil { (clamped, values) = (h, sizes) }
    }
  }

  @Test func hugeTreesBecomeTables() throws {
    var sum = h
    for step in 0..<400 {
      sum = try sum.plus(h.times(3).plus(step % 16).floorDivided(by: 16 << (step % 3)))
      sum = try Extent.maximum(sum, sum.floorDivided(by: 2).plus(h.floorDivided(by: 8)))
    }
    #expect(sum.treeSize <= Extent.largestTree)
    for n in sum.threshold..<sum.threshold + 300 {
      let rise = try sum.increment()
      #expect(try sum.value(at: n + sum.period) == sum.value(at: n) + rise)
    }
  }
}
