import Tensors

/// Makes the operands of a band's products: quarters of its map, and sums of them.
///
/// A second half that lacks channels or its last position has zeros there.
@unsafe struct StrassenOperands {
  /// Positions, then channels; the operand that was made last is one too.
  enum Quarter { case first, firstSecond, secondFirst, second, operand }

  private let tiling: StrassenTiling
  private let codes: [KernelCode]
  /// The band's first cell, and its pairs of positions.
  private let source: Int
  private let pairs: Int
  private let seconds: Int
  private let operand: Int
  /// The blocks of the second half that lack channels, of both halves of the positions.
  private let edge: Int
  private let zeros: Int

  init(
    _ tiling: StrassenTiling, _ codes: [KernelCode], image: Int, position: Int, pairs: Int,
    seconds: Int, operand: UnsafeMutablePointer<Float>, edge: UnsafeMutablePointer<Float>,
    zeros: Int
  ) {
    unsafe self.tiling = tiling
    unsafe self.codes = codes
    unsafe source = image + position * tiling.isa.lanes * MemoryLayout<Float>.stride
    unsafe self.pairs = pairs
    unsafe self.seconds = seconds
    unsafe self.operand = Int(bitPattern: operand)
    unsafe self.edge = Int(bitPattern: edge)
    unsafe self.zeros = zeros
    unsafe makeEdge(edge)
  }

  private var vector: Int { unsafe tiling.lanes * MemoryLayout<Float>.stride }
  /// From one block of the map to the next.
  private var block: Int { unsafe tiling.positions * vector }
  /// Blocks of both halves of the channels that are full.
  private var fullBlocks: Int { unsafe tiling.inputChannels / tiling.lanes - tiling.inputHalf }

  /// The last block of the second half, where it is not full.
  private func makeEdge(_ edge: UnsafeMutablePointer<Float>) {
    let (lanes, half) = unsafe (tiling.lanes, tiling.inputHalf)
    guard unsafe fullBlocks < half else { return }
    let channels = unsafe tiling.inputChannels - (half + fullBlocks) * lanes
    unsafe edge.initialize(repeating: 0, count: (pairs + seconds) * lanes)
    let cells = unsafe source + (half + fullBlocks) * block
    guard channels > 0, let cells = unsafe UnsafePointer<Float>(bitPattern: cells) else { return }
    for position in unsafe 0..<pairs + seconds {
      // The block has a cell for every position of the band.
      unsafe (edge + position * lanes).update(from: cells + position * lanes, count: channels)
    }
  }

  func copy(_ quarter: Quarter) { unsafe make(.copy, quarter, quarter) }

  /// first + second, or first − second
  func combine(_ form: StrassenSums.Form, _ first: Quarter, _ second: Quarter) {
    unsafe make(form, first, second)
  }

  private func make(_ form: StrassenSums.Form, _ first: Quarter, _ second: Quarter) {
    let full = unsafe fullBlocks
    unsafe make(form, first, second, 0..<full, isEdge: false)
    if unsafe full < tiling.inputHalf {
      unsafe make(form, first, second, full..<tiling.inputHalf, isEdge: true)
    }
  }

  private func make(
    _ form: StrassenSums.Form, _ first: Quarter, _ second: Quarter, _ blocks: Range<Int>,
    isEdge: Bool
  ) {
    guard !blocks.isEmpty else { return }
    var arguments = StrassenSums.Arguments()
    func set(_ from: Int) {
      (arguments.first, arguments.firstBlock) = unsafe place(
        first, blocks.lowerBound, from, isEdge)
      (arguments.second, arguments.secondBlock) = unsafe place(
        second, blocks.lowerBound, from, isEdge)
      (arguments.destination, arguments.destinationBlock) = unsafe place(
        .operand, blocks.lowerBound, from, isEdge)
      arguments.blockCount = blocks.count
    }
    // Blocks and positions lie in the map, or in the edge, and in the operand.
    if unsafe seconds > 0 {
      set(0)
      arguments.count = unsafe seconds
      unsafe codes[form.rawValue].run(&arguments)
    }
    if unsafe seconds < pairs {
      set(unsafe seconds)
      arguments.count = 1
      unsafe codes[form.rawValue].run(&arguments)
    }
  }

  /// Where a quarter has its cell of a pair, in a block of its half, and the step to the next.
  private func place(
    _ quarter: Quarter, _ index: Int, _ pair: Int, _ isEdge: Bool
  ) -> (Int, Int) {
    if quarter == .operand {
      let step = unsafe tiling.mostPairs * vector
      return unsafe (operand + index * step + pair * vector, step)
    }
    let isSecond = quarter == .secondFirst || quarter == .second
    if isSecond && (unsafe pair >= seconds) { return unsafe (zeros, 0) }
    let position = unsafe (isSecond ? pairs : 0) + pair
    guard quarter == .firstSecond || quarter == .second else {
      return unsafe (source + index * block + position * vector, block)
    }
    return unsafe isEdge
      ? (edge + position * vector, 0)
      : (source + (tiling.inputHalf + index) * block + position * vector, block)
  }
}
