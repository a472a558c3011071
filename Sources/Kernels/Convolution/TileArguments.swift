/// What the code of a convolution's tile is called with, in the order of the fields.
///
/// Steps and skips are in bytes. Addresses may lie outside the maps where no tap reads them.
struct TileArguments: BitwiseCopyable {
  /// The cell that the first column of the first live row of the window reads at the first
  /// position, or would read, in the first block of input.
  var source = 0
  /// The weights of the first block of input, from the first row of the window on.
  var weights = 0
  /// A vector a block of output that the sums begin with.
  var bias = 0
  /// The first block of the result, and the place of the first position in it, in the numbers of
  /// `TileForm.placeBytes`.
  var destination = 0
  var place = 0
  /// From one block of a map of the form of the result to the next, where it is of floats, and
  /// where it is of bfloat16 numbers.
  var destinationBlock = 0
  var narrowBlock = 0
  /// The second result, of the form of the first.
  var second = 0
  /// A vector a block of output: all bits of the lanes that are stored, none of the others.
  var masks = 0
  /// The ending's constants of the first block of the result.
  var parameters = 0
  /// The addresses of the ending's inputs: for maps of the form of the result of what belongs to
  /// its `destination`, for others of a vector a block.
  var inputs = 0
  /// Tiles side by side.
  var tileCount = 0
  /// Rows of tiles that see the same rows of the window, and the steps from one to the next.
  var lineCount = 1
  var lineSource = 0
  var linePlace = 0
  /// Live rows of the window; 0 leaves the bias.
  var rowCount = 0
  /// Whether sums begin with what a map of the form of the result holds, and not with the bias;
  /// its first block, and the step from one block to the next.
  var continues = 0
  var start = 0
  var startBlock = 0
  /// Whether the sums are complete, so that the ending follows.
  var isLast = 0
  /// Floats of the form of the result for sums that are not complete; if it has floats too, they lie
  /// there.
  var sums = 0

  // What dense tiles need besides.

  /// Blocks of input: one that begins inside a block of the map, full ones, one that ends inside.
  var firstCount = 0
  var blockCount = 0
  var lastCount = 0
  /// From the end of the live rows of one block of the source to the first of the next.
  var sourceSkip = 0
  /// Weights of rows of the window before and after those that are live, in each kind of block.
  var firstBefore = 0
  var firstAfter = 0
  var before = 0
  var after = 0
  var lastBefore = 0
  /// From a cell of the source to one that is worth fetching early; the same when `wrapAt` full
  /// blocks are left, where the next tile is nearer.
  var prefetch = 0
  var wrap = 0
  var wrapAt = 0

  static func offset(_ field: KeyPath<TileArguments, Int>) -> Int32 {
    guard let offset = MemoryLayout<TileArguments>.offset(of: field) else {
      preconditionFailure("every field is stored")
    }
    return Int32(offset)
  }
}
