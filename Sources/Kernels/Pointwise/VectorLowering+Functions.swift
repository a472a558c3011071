import X86

/// Exponential functions in registers, by e^x = 2^n · e^r with n = round(x / ln 2).
///
/// e^r is 1 + r + r² · P(r): P is the polynomial of least relative error on |r| ≤ ln 2 / 2, which is
/// 3e-9. Limits and NaN are those of the C library's functions.
extension VectorLowering {
  mutating func exponential(_ x: Operand, _ target: Int) {
    scratch {
      // Beyond these, e^x is infinite or zero in float.
      $0.clamp(x, to: -104...89, target)
      let (n, p) = ($0.borrow(), $0.borrow())
      $0.reduce(target, n)
      $0.polynomial(target, p)
      $0.add(.three(.vfmadd213ps, p, target, $0.readable($0.number(1))))
      $0.add(.three(.vfmadd213ps, p, target, $0.readable($0.number(1))))
      if $0.isa == .avx512 {
        $0.add(.three(.vscalefps, target, p, .slot(n)))
      } else {
        // 2^n by halves, because n may lie outside the exponents of normal numbers.
        $0.add(.three(.vmulps, target, n, $0.readable($0.number(0.5))))
        $0.add(.round(target, .slot(target)))
        $0.add(.three(.vsubps, n, n, .slot(target)))
        $0.powerOfTwo(target)
        $0.powerOfTwo(n)
        $0.add(.three(.vmulps, p, p, .slot(target)))
        $0.add(.three(.vmulps, target, p, .slot(n)))
      }
    }
  }

  /// e / (e + 2) with e = e^2x − 1 = 2^n · (e^r − 1) + (2^n − 1), which keeps small numbers exact.
  mutating func hyperbolicTangent(_ x: Operand, _ target: Int) {
    scratch {
      // Beyond these, it is 1 or −1 in float.
      $0.clamp(x, to: -10...10, target)
      $0.add(.three(.vaddps, target, target, .slot(target)))
      let (n, p) = ($0.borrow(), $0.borrow())
      $0.reduce(target, n)
      $0.polynomial(target, p)
      // r + r · (r · P(r)) rounds little more than once.
      $0.add(.three(.vmulps, p, p, .slot(target)))
      $0.add(.three(.vfmadd213ps, p, target, .slot(target)))
      $0.powerOfTwo(n)
      $0.add(.three(.vaddps, target, n, $0.readable($0.number(-1))))
      $0.add(.three(.vfmadd231ps, target, p, .slot(n)))
      $0.add(.three(.vaddps, p, target, $0.readable($0.number(2))))
      $0.add(.three(.vdivps, target, target, .slot(p)))
    }
  }

  /// NaN stays, because it is the last operand.
  private mutating func clamp(_ x: Operand, to range: ClosedRange<Float>, _ target: Int) {
    scratch {
      let high = $0.register($0.number(range.upperBound))
      $0.add(.three(.vminps, target, high, $0.readable(x)))
      let low = $0.register($0.number(range.lowerBound))
      $0.add(.three(.vmaxps, target, low, .slot(target)))
    }
  }

  /// n = round(x / ln 2), and x becomes r; ln 2 is a sum of two floats.
  private mutating func reduce(_ x: Int, _ n: Int) {
    add(.three(.vmulps, n, x, readable(number(0x1.715476p+0))))
    add(.round(n, .slot(n)))
    add(.three(.vfnmadd231ps, x, n, readable(number(0x1.62e43p-1))))
    add(.three(.vfnmadd231ps, x, n, readable(number(-0x1.05c61p-29))))
  }

  /// p = P(r)
  private mutating func polynomial(_ r: Int, _ p: Int) {
    let coefficients: [Float] = [
      0x1.123b02p-7, 0x1.5558f8p-5, 0x1.55549p-3, 0x1.fffffcp-2,
    ]
    load(p, number(0x1.6a2256p-10))
    for coefficient in coefficients {
      add(.three(.vfmadd213ps, p, r, readable(number(coefficient))))
    }
  }

  /// n becomes 2^n, by the bits of its exponent; n is that of a normal number.
  private mutating func powerOfTwo(_ n: Int) {
    add(.three(.vmulps, n, n, readable(number(0x1p23))))
    add(.three(.vaddps, n, n, readable(number(127 * 0x1p23))))
    add(.two(.vcvtps2dq, n, .slot(n)))
  }

  private mutating func add(_ step: VectorProgram.Step) { steps.append(step) }
}
