extension ProductSpec {
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let (input, weight) = (inputs[0], parameters[0])
    let features = weight.shape[1]
    for n in 0..<input.shape.n {
      for o in 0..<outputFeatures {
        let sum = input.dot(n * features, weight, o * features, count: features)
        let bias = hasBias ? Double(parameters[1][o]) : 0
        output.set(n * outputFeatures + o, Float(bias + sum))
      }
    }
  }
}

extension TensorView {
  /// The sum of products of two runs, in eight partial sums that are added in order.
  func dot(_ start: Int, _ other: TensorView, _ first: Int, count: Int) -> Double {
    guard count > 0 else { return 0 }
    let left = unsafe run(from: start, step: 1, count: count)
    let right = unsafe other.run(from: first, step: 1, count: count)
    var sums = SIMD8<Double>.zero
    var index = 0
    // Both runs have been checked to hold `count` numbers, and no index reaches it.
    while index + 8 <= count {
      var (a, b) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      for lane in 0..<8 {
        unsafe a[lane] = Double(left[index + lane])
        unsafe b[lane] = Double(right[index + lane])
      }
      sums += a * b
      index += 8
    }
    var sum = (0..<8).reduce(0.0) { $0 + sums[$1] }
    while index < count {
      unsafe sum += Double(left[index]) * Double(right[index])
      index += 1
    }
    return sum
  }
}
