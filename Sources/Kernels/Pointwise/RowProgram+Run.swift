import Glibc

extension RowProgram {
  /// Positions that are computed at a time: the rows stay in the first cache.
  static let chunk = 1024

  /// Computes `count` positions, at most `chunk`.
  ///
  /// `inputs` have that many floats each, `temporaries` `chunk` a row, `result` that many; the result
  /// may be one of the inputs, because its row is written last and position by position.
  @unsafe func run(
    _ constants: [Float], inputs: [UnsafePointer<Float>],
    temporaries: UnsafeMutablePointer<Float>, result: UnsafeMutablePointer<Float>, count: Int
  ) {
    func row(_ row: Row) -> UnsafePointer<Float> {
      switch row {
      case .input(let index): unsafe inputs[index]
      case .temporary(let index): unsafe UnsafePointer(temporaries + index * Self.chunk)
      }
    }
    for (place, (into, instruction)) in instructions.enumerated() {
      // Every row holds `count` floats from its beginning on.
      let target =
        unsafe place == instructions.count - 1 ? result : temporaries + into * Self.chunk
      switch instruction {
      case .fill(let index): unsafe target.update(repeating: constants[index], count: count)
      case .affine(let source, let slope, let intercept):
        let (m, b) = (Lanes(repeating: constants[slope]), Lanes(repeating: constants[intercept]))
        unsafe Lanes.each(row(source), into: target, count) { $0 * m + b }
      case .unary(let operation, let source):
        unsafe apply(operation, row(source), target, count)
      case .binary(let operation, .row(let a), .row(let b)):
        operation.with { step in
          unsafe Lanes.each(row(a), row(b), into: target, count, step)
        }
      case .binary(let operation, .row(let a), .constant(let b)):
        let b = Lanes(repeating: constants[b])
        operation.with { step in
          unsafe Lanes.each(row(a), into: target, count) { step($0, b) }
        }
      case .binary(let operation, .constant(let a), .row(let b)):
        let a = Lanes(repeating: constants[a])
        operation.with { step in
          unsafe Lanes.each(row(b), into: target, count) { step(a, $0) }
        }
      case .binary(_, .constant, .constant):
        preconditionFailure("what reads no input is one constant")
      }
    }
  }

  @unsafe private func apply(
    _ operation: Unary, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    switch operation {
    case .squareRoot: unsafe Lanes.each(source, into: target, count) { $0.squareRoot() }
    case .exponential: for x in 0..<count { unsafe target[x] = exp(source[x]) }
    case .hyperbolicTangent: for x in 0..<count { unsafe target[x] = tanh(source[x]) }
    case .power(let exponent):
      for x in 0..<count { unsafe target[x] = Float(pow(Double(source[x]), exponent)) }
    }
  }
}

/// Positions side by side.
private typealias Lanes = SIMD8<Float>

extension RowProgram.Binary {
  /// Hands out the operation on lanes, each as code of its own.
  @inline(__always)
  fileprivate func with(_ body: ((Lanes, Lanes) -> Lanes) -> Void) {
    switch self {
    case .add: body { $0 + $1 }
    case .subtract: body { $0 - $1 }
    case .multiply: body { $0 * $1 }
    case .divide: body { $0 / $1 }
    // NaN where either side is.
    case .minimum: body { a, b in b.replacing(with: a, where: (a .!= a) .| (a .< b)) }
    case .maximum: body { a, b in b.replacing(with: a, where: (a .!= a) .| (a .> b)) }
    }
  }
}

extension SIMD8<Float> {
  /// `target[x] = step(source[x])`; both hold `count` floats.
  @unsafe @inline(__always)
  fileprivate static func each(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int,
    _ step: (Self) -> Self
  ) {
    var x = 0
    while x + 8 <= count {
      let value = unsafe UnsafeRawPointer(source + x).loadUnaligned(as: Self.self)
      unsafe UnsafeMutableRawPointer(target + x).storeBytes(of: step(value), as: Self.self)
      x += 8
    }
    while x < count {
      unsafe target[x] = step(Self(repeating: source[x]))[0]
      x += 1
    }
  }

  /// `target[x] = step(a[x], b[x])`; all hold `count` floats.
  @unsafe @inline(__always)
  fileprivate static func each(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, _ count: Int, _ step: (Self, Self) -> Self
  ) {
    var x = 0
    while x + 8 <= count {
      let first = unsafe UnsafeRawPointer(a + x).loadUnaligned(as: Self.self)
      let second = unsafe UnsafeRawPointer(b + x).loadUnaligned(as: Self.self)
      unsafe UnsafeMutableRawPointer(target + x).storeBytes(of: step(first, second), as: Self.self)
      x += 8
    }
    while x < count {
      unsafe target[x] = step(Self(repeating: a[x]), Self(repeating: b[x]))[0]
      x += 1
    }
  }
}
