/// One number from each window, bin or whole map of a channel.
package struct PoolingSpec: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The largest value, NaN where there is one; cells outside the map are −inf.
    case max
    /// The sum over the number of cells: of those inside the map and its padding with
    /// `countIncludePad` (PyTorch and Caffe), else of those inside the map.
    case average(countIncludePad: Bool)
    /// Test-time stochastic pooling, sum a² / sum a, 0 where the sum is 0 (Zeiler and Fergus 2013).
    case stochastic
  }

  package enum Region: Hashable, Sendable {
    case window(kernel: Size2, stride: Size2, rate: Size2, padding: Padding, ceilMode: Bool)
    /// The whole map: C x 1 x 1.
    case global
    /// Bin i of n covers [floor(i·a/n), ceil((i+1)·a/n)).
    case adaptive(Size2)
    /// A vector of C · sum n² numbers: level after level, inside a level channel, row, column.
    case spp(bins: [Int], rule: BinRule)
    /// The same inside each window of the second input, given in image pixels; `stride` is the
    /// number of image pixels a cell, `offset` the pixel on which the first cell is centred.
    case roi(bins: [Int], strideHeight: Rational, strideWidth: Rational, offset: Double = 0)
  }

  package var kind: Kind
  package var region: Region

  package init(kind: Kind, region: Region) {
    self.kind = kind
    self.region = region
  }
}
