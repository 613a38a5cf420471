# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Installs a build, moves what was installed, and has the project of this folder configured, built,
# linted and run against it:
#   cmake -DBUILD=<build directory> -DWORK=<scratch directory> [-DSTATIC=ON] -P run.cmake
# With STATIC the build, of static libraries, is made first. Without BUILD the package is one that
# CMake finds by itself. With -DSUBDIRECTORY=ON nothing is installed: the project builds it, as one
# does that has it by add_subdirectory() or FetchContent. Compiler and generator are those of the environment, by the variables that
# CMake knows.

get_filename_component(consumer "${CMAKE_SCRIPT_MODE_FILE}" DIRECTORY)
get_filename_component(sources "${consumer}/../.." ABSOLUTE)
set(prefix "${WORK}/prefix")

function(run)
    string(REPLACE ";" " " command "${ARGV}")
    message("-- ${command}")
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "failed (${result}): ${command}")
    endif()
endfunction()

if(STATIC)
    # What is optimised takes twice the time to build, and is tested elsewhere.
    run("${CMAKE_COMMAND}" -S "${sources}" -B "${BUILD}" -DCMAKE_BUILD_TYPE=Debug
        -DCMAKE_CXX_FLAGS_DEBUG= -DBUILD_SHARED_LIBS=OFF -DAXIOM_BUILD_TESTS=OFF -DAXIOM_BUILD_BENCHMARKS=OFF
        -DAXIOM_BUILD_EXAMPLES=OFF)
    run("${CMAKE_COMMAND}" --build "${BUILD}" --parallel)
endif()
file(REMOVE_RECURSE "${WORK}/installed" "${prefix}" "${WORK}/build")
if(BUILD)
    run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/installed")
    file(RENAME "${WORK}/installed" "${prefix}")
    set(place "-DAxiomState_ROOT=${prefix}")
endif()

if(SUBDIRECTORY)
    set(place "-DAXIOMSTATE_SOURCES=${sources}" -DCMAKE_CXX_FLAGS_DEBUG=)
endif()

run("${CMAKE_COMMAND}" -S "${consumer}" -B "${WORK}/build" -DCMAKE_BUILD_TYPE=Debug ${place})
run("${CMAKE_COMMAND}" --build "${WORK}/build" --parallel)

execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" --target all_qmllint
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0 OR output MATCHES "(^|\n)Warning:")
    message(FATAL_ERROR "qmllint complains:\n${output}")
endif()

run("${CMAKE_CTEST_COMMAND}" --test-dir "${WORK}/build" --output-on-failure --no-tests=error)

# Core without CMake.
find_program(pkg_config NAMES pkg-config pkgconf)
if(pkg_config AND DEFINED ENV{CXX} AND NOT SUBDIRECTORY)
    if(BUILD)
        file(GLOB_RECURSE description "${prefix}/AxiomStateCore.pc")
        get_filename_component(folder "${description}" DIRECTORY)
        set(ENV{PKG_CONFIG_PATH} "${folder}:$ENV{PKG_CONFIG_PATH}")
        set(path "-Wl,-rpath,${folder}/..")
    endif()
    if(STATIC)
        list(APPEND pkg_config --static)
    endif()
    execute_process(COMMAND ${pkg_config} --cflags --libs AxiomStateCore
        OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags NATIVE_COMMAND "${flags}")
    set(program "${WORK}/build/consumer_pkgconfig")
    run("$ENV{CXX}" -std=c++20 -fPIC "${consumer}/plain.cpp" -o "${program}" ${flags} ${path})
    run("${program}")
endif()
message("consumer: passed")
