/// Tiles on Swift's own vectors, of eight lanes: what the generated code does, without fused
/// operations.
///
/// Addresses are the caller's: arguments lead to the memory of a tile, as they do for the code.
enum PortableTile {
  typealias Vector = SIMD8<Float>
  /// Sums of one block that processors of many kinds hold in registers.
  static let positions = 6

  @unsafe static func run(_ tile: ConvolutionTile, _ arguments: inout TileArguments) {
    let form = tile.form
    for _ in 0..<arguments.lineCount {
      var (source, place) = (arguments.source, arguments.place)
      for _ in 0..<arguments.tileCount {
        switch tile {
        case .dense(let dense): unsafe run(dense, arguments, source, place)
        case .depthwise(let depthwise): unsafe run(depthwise, arguments, source, place)
        }
        source += form.positions * form.sourceStep
        place += form.positions * form.destinationStep
      }
      arguments.source += arguments.lineSource
      arguments.place += arguments.linePlace
    }
  }

  // MARK: Dense tiles

  /// One block of output.
  @unsafe private static func run(
    _ tile: DenseTile, _ arguments: TileArguments, _ source: Int, _ place: Int
  ) {
    let form = tile.form
    let start = unsafe vector(arguments.bias)
    var sums = (start, start, start, start, start, start)
    if arguments.continues != 0 {
      let first = arguments.destination + place
      let step = form.destinationStep
      sums.0 = unsafe vector(first)
      if form.positions > 1 { unsafe sums.1 = vector(first + step) }
      if form.positions > 2 { unsafe sums.2 = vector(first + 2 * step) }
      if form.positions > 3 { unsafe sums.3 = vector(first + 3 * step) }
      if form.positions > 4 { unsafe sums.4 = vector(first + 4 * step) }
      if form.positions > 5 { unsafe sums.5 = vector(first + 5 * step) }
    }
    if arguments.rowCount > 0 {
      var (cell, weights) = (source, arguments.weights)
      for _ in 0..<arguments.firstCount {
        weights += arguments.firstBefore
        unsafe block(tile, tile.firstLanes, arguments.rowCount, &cell, &weights, &sums)
        cell += arguments.sourceSkip
        weights += arguments.firstAfter
      }
      for _ in 0..<arguments.blockCount {
        weights += arguments.before
        unsafe block(tile, 0..<form.isa.lanes, arguments.rowCount, &cell, &weights, &sums)
        cell += arguments.sourceSkip
        weights += arguments.after
      }
      for _ in 0..<arguments.lastCount {
        weights += arguments.lastBefore
        unsafe block(tile, tile.lastLanes, arguments.rowCount, &cell, &weights, &sums)
      }
    }
    unsafe store(sums.0, 0, place, form, arguments)
    if form.positions > 1 { unsafe store(sums.1, 1, place, form, arguments) }
    if form.positions > 2 { unsafe store(sums.2, 2, place, form, arguments) }
    if form.positions > 3 { unsafe store(sums.3, 3, place, form, arguments) }
    if form.positions > 4 { unsafe store(sums.4, 4, place, form, arguments) }
    if form.positions > 5 { unsafe store(sums.5, 5, place, form, arguments) }
  }

  private typealias Sums = (Vector, Vector, Vector, Vector, Vector, Vector)

  /// Every live row of the window over some channels of a block.
  @unsafe private static func block(
    _ tile: DenseTile, _ channels: Range<Int>, _ rows: Int, _ cell: inout Int,
    _ weights: inout Int, _ sums: inout Sums
  ) {
    let form = tile.form
    let tapBytes = channels.count * form.vectorBytes
    for _ in 0..<rows {
      for run in tile.runs {
        for tap in run.taps {
          let first = cell + tap * tile.tapStep + channels.lowerBound * tile.channelStep
          let place = weights + tap * tapBytes
          if run.positions == 0..<positions {
            unsafe all(
              channels.count, first, tile.channelStep, form.sourceStep, place, form.vectorBytes,
              &sums)
          } else {
            unsafe some(
              run.positions, channels.count, first, tile.channelStep, form.sourceStep, place,
              form.vectorBytes, &sums)
          }
        }
      }
      cell += tile.rowStep
      weights += tile.kernelWidth * tapBytes
    }
  }

  /// Channels at one tap, for a whole tile.
  @unsafe @inline(__always) private static func all(
    _ channels: Int, _ first: Int, _ channelStep: Int, _ step: Int, _ weights: Int,
    _ weightStep: Int, _ sums: inout Sums
  ) {
    var (a, b, c, d, e, f) = sums
    var (cell, weights) = (first, weights)
    for _ in 0..<channels {
      let weight = unsafe vector(weights)
      unsafe a += weight * float(cell)
      unsafe b += weight * float(cell + step)
      unsafe c += weight * float(cell + 2 * step)
      unsafe d += weight * float(cell + 3 * step)
      unsafe e += weight * float(cell + 4 * step)
      unsafe f += weight * float(cell + 5 * step)
      cell += channelStep
      weights += weightStep
    }
    sums = (a, b, c, d, e, f)
  }

  /// The same for some positions.
  @unsafe private static func some(
    _ positions: Range<Int>, _ channels: Int, _ first: Int, _ channelStep: Int, _ step: Int,
    _ weights: Int, _ weightStep: Int, _ sums: inout Sums
  ) {
    for position in positions {
      var sum =
        switch position {
        case 0: sums.0
        case 1: sums.1
        case 2: sums.2
        case 3: sums.3
        case 4: sums.4
        default: sums.5
        }
      var (cell, place) = (first + position * step, weights)
      for _ in 0..<channels {
        unsafe sum += vector(place) * float(cell)
        cell += channelStep
        place += weightStep
      }
      switch position {
      case 0: sums.0 = sum
      case 1: sums.1 = sum
      case 2: sums.2 = sum
      case 3: sums.3 = sum
      case 4: sums.4 = sum
      default: sums.5 = sum
      }
    }
  }

  // MARK: Depthwise tiles

  @unsafe private static func run(
    _ tile: DepthwiseTile, _ arguments: TileArguments, _ source: Int, _ place: Int
  ) {
    let form = tile.form
    for position in 0..<form.positions {
      var sum = unsafe vector(arguments.bias)
      var (cell, weights) = (source + position * form.sourceStep, arguments.weights)
      for _ in 0..<arguments.rowCount {
        for run in tile.runs where run.positions.contains(position) {
          for tap in run.taps {
            unsafe sum +=
              vector(weights + tap * form.vectorBytes)
              * vector(cell + tap * tile.rate * form.vectorBytes)
          }
        }
        cell += tile.rowStep
        weights += tile.kernelWidth * form.vectorBytes
      }
      unsafe store(sum, position, place, form, arguments)
    }
  }

  // MARK: Memory

  @unsafe private static func store(
    _ sum: Vector, _ position: Int, _ place: Int, _ form: TileForm, _ arguments: TileArguments
  ) {
    let address = arguments.destination + place + position * form.destinationStep
    guard let cell = unsafe UnsafeMutablePointer<Float>(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    if form.isMasked {
      let mask = unsafe vector(arguments.masks)
      for lane in 0..<Vector.scalarCount where mask[lane].bitPattern != 0 {
        unsafe cell[lane] = sum[lane]
      }
    } else {
      unsafe UnsafeMutableRawPointer(cell).storeBytes(of: sum, as: Vector.self)
    }
  }

  @unsafe @inline(__always) static func vector(_ address: Int) -> Vector {
    guard let place = unsafe UnsafeRawPointer(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    return unsafe place.loadUnaligned(as: Vector.self)
  }

  @unsafe @inline(__always) private static func float(_ address: Int) -> Vector {
    guard let place = unsafe UnsafePointer<Float>(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    return unsafe Vector(repeating: place.pointee)
  }
}
