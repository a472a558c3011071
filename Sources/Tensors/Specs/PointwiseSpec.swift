/// One expression at every position of every channel.
///
/// An extent that is the constant 1 broadcasts over the other inputs' extents.
package struct PointwiseSpec: Hashable, Sendable {
  /// How many inputs there are.
  package var inputs: Int
  package var expression: Scalar
  /// Names of the parameters, a number a channel each.
  package var slots: [String]
  /// Whether one channel broadcasts too.
  package var broadcastsChannels: Bool

  package init(
    inputs: Int, expression: Scalar, slots: [String] = [], broadcastsChannels: Bool = false
  ) {
    self.inputs = inputs
    self.expression = expression
    self.slots = slots
    self.broadcastsChannels = broadcastsChannels
  }
}
