import Tensors

extension Spec {
  /// The same operation with another window; nil where it has none that can be set.
  func with(_ window: Window) -> Spec? {
    switch self {
    case .convolution(var spec) where !spec.transposed:
      (spec.stride, spec.rate, spec.padding) = (window.stride, window.rate, window.padding)
      return .convolution(spec)
    case .pooling(var spec):
      guard case .window = spec.region else { return nil }
      spec.region = .window(
        kernel: window.kernel, stride: window.stride, rate: window.rate, padding: window.padding,
        ceilMode: window.ceilMode)
      return .pooling(spec)
    case .convolution, .resize, .product, .attention, .reduction, .pointwise, .movement:
      return nil
    }
  }

  /// The window of a convolution or a pool that sees more than one cell.
  var slidingWindow: Window? {
    guard let window = family.window, window.kernel != .one, with(window) != nil else { return nil }
    return window
  }
}
