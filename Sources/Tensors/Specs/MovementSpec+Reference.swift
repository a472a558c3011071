extension MovementSpec {
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let (source, target) = (inputs[0].shape, output.shape)
    switch self {
    case .identity, .flatten:
      output.copy(from: inputs[0], at: 0, to: 0, count: source.count)
    case .concat:
      concat(inputs, output)
    case .crop(let insets):
      crop(inputs[0], top: insets.top, left: insets.left, output)
    case .cropLike(let anchor):
      crop(
        inputs[0], top: anchor.before(.height, larger: source.h, smaller: target.h),
        left: anchor.before(.width, larger: source.w, smaller: target.w), output)
    case .pad(let insets, let value):
      pad(inputs[0], top: insets.top, left: insets.left, value, output)
    case .padLike(let anchor):
      pad(
        inputs[0], top: anchor.before(.height, larger: target.h, smaller: source.h),
        left: anchor.before(.width, larger: target.w, smaller: source.w), 0, output)
    }
  }

  private func concat(_ inputs: [TensorView], _ output: MutableTensorView) {
    var start = 0
    for n in 0..<output.shape.n {
      for input in inputs {
        let count = input.shape.count / input.shape.n
        output.copy(from: input, at: n * count, to: start, count: count)
        start += count
      }
    }
  }

  private func crop(_ input: TensorView, top: Int, left: Int, _ output: MutableTensorView) {
    for n in 0..<output.shape.n {
      for c in 0..<output.shape.c {
        for y in 0..<output.shape.h {
          output.copy(
            from: input, at: input.index(n, c, y + top, left), to: output.index(n, c, y, 0),
            count: output.shape.w)
        }
      }
    }
  }

  private func pad(
    _ input: TensorView, top: Int, left: Int, _ value: Float, _ output: MutableTensorView
  ) {
    output.fill(from: 0, count: output.shape.count, value)
    for n in 0..<input.shape.n {
      for c in 0..<input.shape.c {
        for y in 0..<input.shape.h {
          output.copy(
            from: input, at: input.index(n, c, y, 0), to: output.index(n, c, y + top, left),
            count: input.shape.w)
        }
      }
    }
  }
}
