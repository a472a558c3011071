import Tensors

extension Spec {
  /// The window that slides over the map; asked of every node, so without a box around the spec.
  var window: Window? {
    switch self {
    case .convolution(let spec): spec.window
    case .pooling(let spec): spec.window
    case .resize, .product, .attention, .reduction, .pointwise, .movement: nil
    }
  }

  /// Whether each position of the result is made of the same position of one input.
  func isPositionwise(_ inputs: Int) -> Bool {
    switch self {
    case .pointwise, .movement(.identity), .movement(.concat): inputs == 1
    case .reduction(.softmax), .reduction(.argmax): true
    case .convolution, .pooling, .resize, .product, .attention, .reduction, .movement: false
    }
  }

  /// How far apart a stride-1 window reads, and how many cells lie before its position.
  struct Taps {
    let kernel: Int
    let rate: Int
    let before: Int
  }

  /// The taps along one axis of what keeps its grid; nil where a position reads its own cell.
  func taps(_ axis: Axis) -> Taps? {
    if let window {
      let before =
        switch window.padding {
        case .explicit(let insets): insets[axis].before
        case .sameTF: (window.effectiveKernel(axis) - 1) / 2
        }
      return Taps(kernel: window.kernel[axis], rate: window.rate[axis], before: before)
    }
    switch self {
    case .reduction(.responseNormalization(let norm)) where !norm.acrossChannels:
      return Taps(kernel: norm.size, rate: 1, before: (norm.size - 1) / 2)
    case .movement(.crop(let insets)):
      return Taps(kernel: 1, rate: 1, before: -insets[axis].before)
    case .movement(.pad(let insets, _)):
      return Taps(kernel: 1, rate: 1, before: insets[axis].before)
    case .convolution, .pooling, .resize, .product, .attention, .reduction, .pointwise, .movement:
      return nil
    }
  }

  /// Whether the result lies on another grid than what is read, or on none.
  func resamples(_ axis: Axis) -> Bool {
    if let window { return window.stride[axis] != 1 || window.isTransposed }
    switch self {
    case .resize, .attention, .product, .pooling, .movement(.flatten): return true
    case .convolution, .reduction, .pointwise, .movement: return false
    }
  }

  /// The inputs whose cells the result has; the other map of `like=` lends its size only.
  func gridInputs(_ inputs: [ValueID]) -> ArraySlice<ValueID> {
    switch self {
    case .movement(.concat), .pointwise: inputs[...]
    case .movement, .convolution, .pooling, .resize, .product, .attention, .reduction:
      inputs.prefix(1)
    }
  }
}
