/// Image sizes along one axis at which an operation is defined, and why only those.
package struct SizeCondition: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The two sides of a join have one extent.
    case equal(Extent, Extent)
    /// A window of `window` cells fits the padded extent `padded`.
    case windowFits(window: Int, padded: Extent)
    /// The result has at least one cell.
    case positive(Extent)
    /// The rule cuts the extent into `count` bins.
    case bins(count: Int, Extent, BinRule)
    /// What is cut out, an extent with its offset, lies inside what it is cut from.
    case cropFits(wanted: Extent, from: Extent)
    /// What is padded is at most as large as what it is padded to.
    case padFits(source: Extent, to: Extent)
  }

  package var axis: Axis
  package var set: SizeSet
  package var reason: Reason

  package init(axis: Axis, set: SizeSet, reason: Reason) {
    self.axis = axis
    self.set = set
    self.reason = reason
  }
}
