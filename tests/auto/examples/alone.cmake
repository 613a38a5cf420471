# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Installs a build, and configures, builds and runs each example on its own, from its installed sources
# against the installed package; and the program that the documentation begins with:
#   cmake -DBUILD=<build directory> -DWORK=<scratch directory> -P alone.cmake
# Without BUILD, the package is what is in WORK/prefix. Compiler and generator are those of the
# environment, by the variables that CMake knows.

get_filename_component(sources "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(prefix "${WORK}/prefix")

# Sets the variable to the folder that the one path with this end is in.
function(find_installed variable end)
    get_filename_component(name "${end}" NAME)
    file(GLOB_RECURSE found "${prefix}/${name}")
    list(FILTER found INCLUDE REGEX "/${end}$")
    list(LENGTH found count)
    if(NOT count EQUAL 1)
        message(FATAL_ERROR "${count} of ${end} are installed in ${prefix}: ${found}")
    endif()
    string(REPLACE "/${end}" "" folder "${found}")
    set(${variable} "${folder}" PARENT_SCOPE)
endfunction()

function(run)
    string(REPLACE ";" " " command "${ARGV}")
    message("-- ${command}")
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output
        ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "failed (${result}): ${command}\n${output}")
    endif()
endfunction()

#   try_out(<folder> <program> <arguments>...)
function(try_out folder program)
    set(build "${WORK}/examples/${program}")
    file(REMOVE_RECURSE "${build}")
    run("${CMAKE_COMMAND}" -S "${folder}" -B "${build}" -DCMAKE_BUILD_TYPE=Debug
        "-DAxiomState_ROOT=${prefix}")
    run("${CMAKE_COMMAND}" --build "${build}" --parallel)
    run("${build}/${program}" ${ARGN})
endfunction()

if(BUILD)
    file(REMOVE_RECURSE "${prefix}")
    run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
endif()
set(ENV{QT_QPA_PLATFORM} offscreen)
set(ENV{QT_FATAL_CRITICALS} 1)
# They know where the QML modules are.
unset(ENV{QML_IMPORT_PATH})

find_installed(examples "catalog/CMakeLists.txt")
try_out("${examples}/catalog" catalog --selftest --feed-seconds 0.2 --lists "${WORK}/no-lists")
try_out("${examples}/counter" counter --selftest)
try_out("${examples}/mediacache" mediacache --selftest)
try_out("${examples}/tickerboard" tickerboard --benchmark --seconds 0.1)
try_out("${examples}/todo" todo --selftest)
file(GLOB all LIST_DIRECTORIES true "${examples}/*")
list(LENGTH all count)
if(NOT count EQUAL 5)
    message(FATAL_ERROR "Not every example was tried: ${all}")
endif()

# This one waits for its user.
set(folder "${sources}/tests/auto/docs/gettingstarted")
set(build "${WORK}/examples/tasks")
file(REMOVE_RECURSE "${build}")
run("${CMAKE_COMMAND}" -S "${folder}" -B "${build}" "-DAxiomState_ROOT=${prefix}")
run("${CMAKE_COMMAND}" --build "${build}" --parallel)
message("examples: passed")
