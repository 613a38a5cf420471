# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

include(GenerateExportHeader)

# What qt_add_qml_module() has generated is not ours to mend.
function(axiom_ignore_generated target)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "/\\.rcc/")
    set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "-w")
endfunction()

# Warnings, strict Qt defines and sanitizers for one of the project's own targets; never exported.
# Called after qt_add_qml_module().
function(axiom_strict target)
    axiom_ignore_generated(${target})
    target_compile_definitions(${target} PRIVATE
        QT_NO_CAST_FROM_ASCII
        QT_NO_CAST_TO_ASCII
        QT_NO_KEYWORDS
        QT_NO_FOREACH
        QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
        QT_NO_CONTEXTLESS_CONNECT
        QT_DISABLE_DEPRECATED_BEFORE=0x060400)
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4 /permissive- /Zc:__cplusplus
            $<$<BOOL:${AXIOM_WARNINGS_AS_ERRORS}>:/WX>)
    else()
        target_compile_options(${target} PRIVATE
            -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
            $<$<BOOL:${AXIOM_WARNINGS_AS_ERRORS}>:-Werror>)
        # QTRY_VERIFY() and the like convert milliseconds to an int there.
        get_target_property(libraries ${target} LINK_LIBRARIES)
        if(Qt6_VERSION VERSION_GREATER_EQUAL 6.8 AND "Qt6::Test" IN_LIST libraries)
            target_compile_options(${target} PRIVATE -Wno-conversion)
        endif()
    endif()
    if(AXIOM_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${AXIOM_SANITIZE} -fno-omit-frame-pointer)
        target_link_options(${target} PRIVATE -fsanitize=${AXIOM_SANITIZE})
    endif()
endfunction()

# One of the project's libraries:
#   axiom_add_library(AxiomCore ALIAS Core SOURCES ... HEADERS core/Clock cow/CowVector ...)
# A header is named by its folder and class: core/Clock stands for core/clock.h. Each gets a
# forwarding header <AxiomState/Clock>; <AxiomState/axiomcoreexport.h> is generated. They are
# installed, with those in detail/ that are not private, below FOLDER. What is built is installed by
# axiom_install_library() or axiom_install_qml_module().
function(axiom_add_library target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "ALIAS;FOLDER" "SOURCES;HEADERS")
    string(TOLOWER "${target}" base)
    string(TOUPPER "${base}" static)
    string(TOUPPER "${arg_ALIAS}" name)

    set(details ${arg_SOURCES})
    list(FILTER details INCLUDE REGEX "(^|/)detail/.*\\.h$")
    list(FILTER details EXCLUDE REGEX "_p\\.h$")
    set(forwarding "${PROJECT_BINARY_DIR}/include/AxiomState/${base}export.h")
    # Relative, so that a compiler cache knows what another checkout has compiled.
    file(REAL_PATH "${PROJECT_BINARY_DIR}/include/AxiomState" here)
    file(REAL_PATH "${CMAKE_CURRENT_SOURCE_DIR}" there)
    file(RELATIVE_PATH sources "${here}" "${there}")
    set(header_files "")
    foreach(header IN LISTS arg_HEADERS)
        get_filename_component(folder "${header}" DIRECTORY)
        get_filename_component(class "${header}" NAME)
        string(TOLOWER "${class}.h" file)
        if(folder)
            string(PREPEND file "${folder}/")
        endif()
        list(APPEND header_files "${file}")
        file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/include/AxiomState/${class}"
            CONTENT "#include \"${sources}/${file}\"\n")

        if(arg_FOLDER)
            string(PREPEND file "${arg_FOLDER}/")
        endif()
        file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/package/include/${class}"
            CONTENT "#include \"${file}\"\n")
        list(APPEND forwarding "${PROJECT_BINARY_DIR}/package/include/${class}")
    endforeach()
    if(AXIOM_INSTALL)
        axiom_install_headers("${arg_FOLDER}"
            HEADERS ${header_files} ${details}
            FORWARDING ${forwarding})
    endif()

    add_library(${target} ${arg_SOURCES} ${header_files})
    add_library(AxiomState::${arg_ALIAS} ALIAS ${target})
    generate_export_header(${target}
        BASE_NAME ${base}
        EXPORT_MACRO_NAME AXIOM_${name}_EXPORT
        EXPORT_FILE_NAME "${PROJECT_BINARY_DIR}/include/AxiomState/${base}export.h")
    # Before version 1 a minor version may break programs, as find_package() has it, too.
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${arg_ALIAS}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
    target_include_directories(${target} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    if(NOT BUILD_SHARED_LIBS)
        target_compile_definitions(${target} PUBLIC ${static}_STATIC_DEFINE)
    endif()
    axiom_strict(${target})
endfunction()

# One test of tests/auto: axiom_add_test(core fields LIBRARIES ...) builds
# <layer>/<unit>/tst_<unit>.cpp and runs it offscreen under the name layer/unit. SHORT: also with
# ./dev test --short.
function(axiom_add_test layer unit)
    set(environment "QT_QPA_PLATFORM=offscreen" "QT_FATAL_CRITICALS=1")
    set(timeout 300)
    if(AXIOM_SANITIZE MATCHES "thread")
        set(timeout 1200)
    endif()
    cmake_parse_arguments(PARSE_ARGV 2 arg "SHORT" "" "SOURCES;LIBRARIES")
    set(target tst_${unit})
    add_executable(${target} "${layer}/${unit}/tst_${unit}.cpp" ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE AxiomState::Core Qt6::Test ${arg_LIBRARIES})
    axiom_strict(${target})
    add_test(NAME ${layer}/${unit} COMMAND ${target})
    set(labels "auto")
    if(arg_SHORT)
        list(APPEND labels "short")
        if(NOT TARGET short_tests)
            add_custom_target(short_tests)
        endif()
        add_dependencies(short_tests ${target})
    endif()
    set_tests_properties(${layer}/${unit} PROPERTIES
        LABELS "${labels}" TIMEOUT ${timeout} ENVIRONMENT "${environment}")
endfunction()

# A project that uses what is installed, or with SUBDIRECTORY builds it:
# axiom_add_consumer_test(<name> BUILD <build> | STATIC | SUBDIRECTORY). But for BUILD the libraries
# are built for it, which takes its time: with ./dev test --long only.
function(axiom_add_consumer_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "STATIC;SUBDIRECTORY" "BUILD" "")
    set(work "${CMAKE_CURRENT_BINARY_DIR}/consumer/${name}")
    set(when "")
    if(NOT arg_BUILD)
        set(when CONFIGURATIONS Long)
    endif()
    if(arg_STATIC)
        set(arg_BUILD "${work}/axiomstate")
    endif()
    add_test(NAME consumer/${name} ${when}
        COMMAND "${CMAKE_COMMAND}" "-DBUILD=${arg_BUILD}" "-DWORK=${work}" -DSTATIC=${arg_STATIC}
            -DSUBDIRECTORY=${arg_SUBDIRECTORY}
            -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../tests/consumer/run.cmake")
    set_tests_properties(consumer/${name} PROPERTIES
        LABELS "consumer" TIMEOUT 1800 PROCESSORS 2
        ENVIRONMENT "CXX=${CMAKE_CXX_COMPILER};CMAKE_GENERATOR=${CMAKE_GENERATOR};CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER};Qt6_DIR=${Qt6_DIR}")
endfunction()

# One libFuzzer target: axiom_add_fuzzer(cowvector) builds fuzz_cowvector.cpp.
function(axiom_add_fuzzer unit)
    set(target fuzz_${unit})
    add_executable(${target} "fuzz_${unit}.cpp")
    target_link_libraries(${target} PRIVATE AxiomState::Core)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    axiom_strict(${target})
endfunction()

# One program of tests/benchmarks: axiom_add_benchmark(cow cowvector) builds
# <layer>/bench_<unit>.cpp. `./dev bench` runs them; they are no tests.
function(axiom_add_benchmark layer unit)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LIBRARIES")
    set(target bench_${unit})
    add_executable(${target} "${layer}/bench_${unit}.cpp" ${arg_SOURCES})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../tests/benchmarks")
    target_link_libraries(${target} PRIVATE AxiomState::Core ${arg_LIBRARIES})
    axiom_strict(${target})
endfunction()
