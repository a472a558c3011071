/// Why an operation cannot be applied to its inputs, at any size.
package enum SpecError: Error, Hashable, Sendable {
  /// Kinds of value, as far as operations tell them apart.
  package enum Expected: Hashable, Sendable { case map, mapOrVector, mapOrLabels, vector, windows }

  /// The number of inputs; `expected` at least where `orMore`.
  case arity(expected: Int, orMore: Bool, found: Int)
  /// Input number `input` is of another kind.
  case kind(input: Int, expected: Expected, found: TensorType.Kind)
  /// One input counts images and another windows.
  case leadingDiffers
  /// Leading dimensions of a call.
  case batchDiffers(Int, Int)
  case channelsDiffer(Int, Int)
  /// An operation that takes maps of `expected` channels.
  case channels(expected: Int, found: Int)
  /// `groups` does not divide both channel counts.
  case groups(Int, input: Int, output: Int)
  /// A field outside the range that it must lie in.
  case field(String, value: Int, allowed: ClosedRange<Int>)
  /// A resize factor that is not positive.
  case factor(Rational)
  /// A fixed padded size smaller than the window.
  case windowNeverFits(Axis, window: Int, padded: Int)
  /// Two fixed sizes that must be one.
  case sizesDiffer(Axis, Int, Int)
  /// A fixed size that comes out below one.
  case nonPositive(Axis, Int)
  /// A fixed size that the rule does not cut into `count` bins.
  case bins(Axis, count: Int, size: Int, BinRule)
  /// A crop of a fixed size that reaches outside.
  case cropNeverFits(Axis, wanted: Int, from: Int)
  /// A map of a fixed size that is padded to a smaller one.
  case padNeverFits(Axis, source: Int, to: Int)
  /// A layer with one weight a position needs a map of fixed size.
  case denseOnVaryingMap(height: Extent, width: Extent)
  case extent(ExtentError)
  /// A count that passes what a tensor may hold.
  case tooLarge
  /// The operation cannot be made denser.
  case refused(String)
}
