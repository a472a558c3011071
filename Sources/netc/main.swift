import Glibc
import NetC

exit(NetcProgram.main(Array(CommandLine.arguments.dropFirst())))
