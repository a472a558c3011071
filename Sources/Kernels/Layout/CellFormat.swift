import Tensors

/// How the lanes of a cell lie in memory: kernels in Swift load and store them through this.
protocol CellFormat {
  associatedtype Lanes: LaneVector
  /// Places of a float from one cell to the next.
  static var floats: Int { get }
  /// The cell at an address, of any alignment.
  @unsafe static func load(_ place: UnsafePointer<Float>) -> Lanes
  @unsafe static func store(_ value: Lanes, to place: UnsafeMutablePointer<Float>)
}

/// A float a lane.
enum FloatCells<Lanes: LaneVector>: CellFormat {
  @inline(__always) static var floats: Int { Lanes.scalarCount }

  @unsafe @inline(__always) static func load(_ place: UnsafePointer<Float>) -> Lanes {
    unsafe Lanes(at: place)
  }

  @unsafe @inline(__always) static func store(
    _ value: Lanes, to place: UnsafeMutablePointer<Float>
  ) {
    unsafe value.store(to: place)
  }
}

/// A bfloat16 number a lane, rounded to nearest even.
enum BF16Cells: CellFormat {
  static let floats = 8

  @unsafe @inline(__always) static func load(_ place: UnsafePointer<Float>) -> SIMD16<Float> {
    // A cell is 16 numbers of two bytes.
    let halves = unsafe UnsafeRawPointer(place).loadUnaligned(as: SIMD16<UInt16>.self)
    return unsafe unsafeBitCast(
      SIMD16<UInt32>(truncatingIfNeeded: halves) &<< 16, to: SIMD16<Float>.self)
  }

  @unsafe @inline(__always) static func store(
    _ value: SIMD16<Float>, to place: UnsafeMutablePointer<Float>
  ) {
    let bits = unsafe unsafeBitCast(value, to: SIMD16<UInt32>.self)
    let rounded = bits &+ 0x7FFF &+ (bits &>> 16 & 1)
    // What is not a number keeps its upper bits, of which one says that it is none. Floats are compared
    // by vectors, whole numbers one by one.
    let isNaN = value .!= value
    let upper = rounded.replacing(with: bits | 0x40_0000, where: isNaN) &>> 16
    // A cell is 16 numbers of two bytes.
    unsafe UnsafeMutableRawPointer(place).storeBytes(
      of: SIMD16<UInt16>(truncatingIfNeeded: upper), as: SIMD16<UInt16>.self)
  }
}

extension CellFormat {
  /// Turns so many cells into those of another format.
  @unsafe @inline(__always) static func convert<Other: CellFormat>(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, as _: Other.Type,
    count: Int
  ) where Other.Lanes == Lanes {
    // Both sides have the cells.
    for cell in 0..<count {
      unsafe Other.store(load(source + cell * floats), to: target + cell * Other.floats)
    }
  }
}
