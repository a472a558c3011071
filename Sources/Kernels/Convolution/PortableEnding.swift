import Tensors

/// What is done to complete sums of eight channels, and where they go.
enum PortableEnding {
  typealias Vector = PortableTile.Vector

  @unsafe static func store(
    _ sum: Vector, _ position: Int, _ place: Int, _ form: TileForm, _ arguments: TileArguments
  ) {
    let cell = place + position * form.destinationStep
    guard arguments.isLast != 0, !form.ending.isEmpty else {
      unsafe put(sum, at: arguments.destination + cell, form, arguments)
      return
    }
    func value(_ scalar: Scalar, _ current: Vector) -> Vector {
      switch scalar {
      case .input(0): return current
      case .input(let k):
        guard
          let inputs = unsafe UnsafePointer<Int>(bitPattern: arguments.inputs)
        else { preconditionFailure("inputs of the ending have addresses") }
        let base = unsafe inputs[k - 1]
        return unsafe PortableTile.vector(form.ending.mapInputs[k - 1] ? base + cell : base)
      case .parameter(let index):
        return unsafe PortableTile.vector(arguments.parameters + index * form.vectorBytes)
      case .constant(let number): return Vector(repeating: Float(number))
      case .add(let a, let b): return value(a, current) + value(b, current)
      case .subtract(let a, let b): return value(a, current) - value(b, current)
      case .multiply(let a, let b): return value(a, current) * value(b, current)
      case .divide(let a, let b): return value(a, current) / value(b, current)
      case .minimum(let a, let b):
        return each(value(a, current), value(b, current)) { Float.minimumWithNaN($0, $1) }
      case .maximum(let a, let b):
        return each(value(a, current), value(b, current)) { Float.maximumWithNaN($0, $1) }
      case .negate(let a): return -value(a, current)
      case .squareRoot(let a): return value(a, current).squareRoot()
      case .exponential, .hyperbolicTangent, .power:
        preconditionFailure("such endings are refused")
      }
    }
    var current = sum
    for stage in form.ending.stages { current = value(stage, current) }
    unsafe put(current, at: arguments.destination + cell, form, arguments)
    guard let second = form.ending.second else { return }
    for stage in second { current = value(stage, current) }
    unsafe put(current, at: arguments.second + cell, form, arguments)
  }

  private static func each(_ a: Vector, _ b: Vector, _ body: (Float, Float) -> Float) -> Vector {
    var result = a
    for lane in 0..<Vector.scalarCount { result[lane] = body(a[lane], b[lane]) }
    return result
  }

  @unsafe @inline(__always) private static func put(
    _ value: Vector, at address: Int, _ form: TileForm, _ arguments: TileArguments
  ) {
    guard let place = unsafe UnsafeMutablePointer<Float>(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    if form.isMasked {
      let mask = unsafe PortableTile.vector(arguments.masks)
      for lane in 0..<Vector.scalarCount where mask[lane].bitPattern != 0 {
        unsafe place[lane] = value[lane]
      }
    } else {
      unsafe UnsafeMutableRawPointer(place).storeBytes(of: value, as: Vector.self)
    }
  }
}

extension Float {
  fileprivate static func minimumWithNaN(_ a: Float, _ b: Float) -> Float {
    a.isNaN || b.isNaN ? .nan : Swift.min(a, b)
  }

  fileprivate static func maximumWithNaN(_ a: Float, _ b: Float) -> Float {
    a.isNaN || b.isNaN ? .nan : Swift.max(a, b)
  }
}
