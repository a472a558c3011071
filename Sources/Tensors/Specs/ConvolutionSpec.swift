/// Grouped, atrous or transposed convolution: y[o] = sum over taps k of x[o·s + r·k − p] w[k].
///
/// Weights are O, I/g, K, K, of a transposed convolution I, O/g, K, K.
package struct ConvolutionSpec: Hashable, Sendable {
  package var outputChannels: Int
  package var kernel: Size2
  package var stride: Size2
  package var rate: Size2
  package var padding: Padding
  package var groups: Int
  package var hasBias: Bool
  package var transposed: Bool
  /// Cells added after the last one of a transposed convolution; zero elsewhere.
  package var outputPadding: Size2

  package init(
    outputChannels: Int, kernel: Size2, stride: Size2 = .one, rate: Size2 = .one,
    padding: Padding = .none, groups: Int = 1, hasBias: Bool = true, transposed: Bool = false,
    outputPadding: Size2 = Size2(0)
  ) {
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.rate = rate
    self.padding = padding
    self.groups = groups
    self.hasBias = hasBias
    self.transposed = transposed
    self.outputPadding = outputPadding
  }
}
